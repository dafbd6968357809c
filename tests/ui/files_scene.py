"""What tests of files on the screen share: a picture, and a chat with a message that carries one."""

import io

from PIL import Image

from opconsole.wire.files import File
from opconsole.wire.messages import Message
from opconsole.wire.staff import Sync
from tests.ui import scene
from tests.ui.fake_relay import NOW


def photo(size: tuple[int, int] = (40, 20)) -> bytes:
    buffer = io.BytesIO()
    picture = Image.new("RGB", size, "#c02020")
    picture.paste("#2040c0", (0, 0, size[0] // 2, size[1]))
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def with_message(file: File | None, text: str = "") -> Sync:
    sync = scene.sync()
    said = Message(chat=11, n=12, p=9, at=NOW, by="visitor", name="Иван Петров", text=text, file=file)
    sync.messages = [*sync.messages, said]
    return sync
