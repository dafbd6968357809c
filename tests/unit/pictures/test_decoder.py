"""The process that decodes pictures: what it gives, and that it has its limits."""

import io
import sys
import zlib
from pathlib import Path
from typing import IO

import pytest
from PIL import Image

from opconsole.locale import set_language
from opconsole.pictures.decoder import Decoded, Undecodable, decode


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def opened(folder: Path, data: bytes) -> IO[bytes]:
    path = folder / "picture"
    path.write_bytes(data)
    return path.open("rb")


def picture(
    kind: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", colour: object = (255, 0, 0)
) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, colour).save(buffer, kind)  # type: ignore[arg-type]
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
async def test_it_is_made_to_fit(tmp_path: Path, kind: str) -> None:
    with opened(tmp_path, picture(kind)) as source:
        found = await decode(source, "rgb", 10, 10)
    assert isinstance(found, Decoded)
    assert (found.width, found.height, found.original, len(found.data)) == (10, 5, (40, 20), 150)
    red, green, blue = found.data[:3]
    assert red > 200
    assert green < 60
    assert blue < 60


async def test_what_is_transparent_shows_the_ground(tmp_path: Path) -> None:
    with opened(tmp_path, picture(mode="RGBA", colour=(0, 0, 0, 0))) as source:
        found = await decode(source, "rgb", 4, 4, "#0a141e")
    assert isinstance(found, Decoded)
    assert found.data[:3] == bytes((10, 20, 30))


async def test_a_png_for_kitty_is_never_larger_than_the_picture(tmp_path: Path) -> None:
    with opened(tmp_path, picture()) as source:
        found = await decode(source, "png", 1000, 1000)
    assert isinstance(found, Decoded)
    assert Image.open(io.BytesIO(found.data)).size == (found.width, found.height) == (40, 20)


async def test_sixels_hold_the_picture(tmp_path: Path) -> None:
    with opened(tmp_path, picture(size=(3, 7))) as source:
        found = await decode(source, "sixel", 100, 100)
    assert isinstance(found, Decoded)
    text = found.data.decode("ascii")
    assert text.startswith('"1;1;3;7#')
    assert text.count("-") == 2
    assert "~~~" in text  # a column of six
    assert "@@@" in text  # and one more line


BOMB = 30_000


def bomb() -> bytes:
    """A PNG of 900 million pixels in some kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = BOMB.to_bytes(4, "big") * 2 + bytes((1, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"), (picture("BMP"), "kind"), (picture()[:60], "broken"), (bomb(), "bomb"),
    ],
)  # fmt: skip
async def test_what_is_no_picture_gets_a_sentence(tmp_path: Path, data: bytes, code: str) -> None:
    with opened(tmp_path, data) as source:
        found = await decode(source, "rgb", 10, 10)
    assert isinstance(found, Undecodable)
    assert found.code == code
    assert found.text.endswith(".") or found.text.endswith(").")


CHILD = "import sys; sys.path.insert(0, {folder!r}); import child; child.limit(); {does}"


def command(does: str) -> tuple[str, ...]:
    from opconsole.pictures import decoder

    return (sys.executable, "-I", "-c", CHILD.format(folder=str(Path(decoder.__file__).parent), does=does))


async def test_a_decoder_that_takes_memory_is_ended(tmp_path: Path) -> None:
    with opened(tmp_path, b"x") as source:
        found = await decode(source, "rgb", 1, 1, command=command("x = bytearray(1 << 31)"))
    assert isinstance(found, Undecodable)
    assert found.code == "died"


async def test_a_decoder_that_takes_time_is_ended(tmp_path: Path) -> None:
    with opened(tmp_path, b"x") as source:
        found = await decode(source, "rgb", 1, 1, command=command("import signal; signal.pause()"), patience_s=0.3)
    assert isinstance(found, Undecodable)
    assert found.code == "slow"


async def test_a_decoder_writes_no_file_and_gets_nothing_of_ours(tmp_path: Path) -> None:
    out = tmp_path / "out"
    does = f"import os, json; print(json.dumps(dict(code=','.join(sorted(os.environ))))); open({str(out)!r}, 'w').write('x' * 9)"
    with opened(tmp_path, b"x") as source:
        found = await decode(
            source, "rgb", 1, 1, command=command(does), environment={"PATH": "/bin", "OPCONSOLE_TOKEN": "secret"}
        )
    assert isinstance(found, Undecodable)
    assert "OPCONSOLE" not in found.code
    assert not out.exists() or out.read_bytes() == b""


@pytest.mark.parametrize(
    "said", [{"width": 2, "height": 2}, {"width": 9, "height": 1}, {"width": -1, "height": -1}, {}]
)
async def test_a_decoder_that_a_picture_has_got_hold_of_is_not_believed(tmp_path: Path, said: dict[str, int]) -> None:
    does = f"import json; print(json.dumps({said})); print('x' * 26)"
    with opened(tmp_path, b"x") as source:
        found = await decode(source, "rgb", 4, 4, command=command(does))
    assert isinstance(found, Undecodable)
    assert found.code == "died"
