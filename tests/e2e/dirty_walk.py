"""Through every screen, pane, list, toast and notification of the workspace and of the monitor, with dirt in all of them."""

from msgspec.structs import replace

from opconsole.wire.files import File
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Bye, Gone, Peek, Refused, TypingBy
from tests.e2e.dirt import Dirt
from tests.e2e.dirty_desk import DirtyDesk
from tests.e2e.terminal_bytes import notifications
from tests.ui import scene
from tests.ui.fake_relay import NOW

WIDE = 146
LONG_WORD = "w" * 8192
MEGABYTE = "漢" * 330_000
JUNK: tuple[str | bytes, ...] = (
    '{"t":"peek","chat":11,"text":"lone \\ud800 surrogate"}',
    '{"t":"\x1b]52;c;eA==\x07","chat":11}',
    '{"t":"peek","chat":"\x9b31m"}',
    b'{"t":"peek","chat":11,"text":"\xff\xfe\x9b6n"}',
    b"\x1b[6n",
    "\x1b]0;root@host\x07",
    "[" * 100_000,
    '{"t":"message","chat":11,"n":13,"at":9223372036854775807,"by":"visitor","text":"a time beyond all calendars"}',
)
"""Frames that are none, and one of a time that no calendar has."""


def walk_workspace(desk: DirtyDesk, columns: int) -> None:
    wide = columns >= WIDE
    desk.until("live")
    desk.until_seen("config key")
    desk.press("alt+1")
    desk.until_seen("outbox failure", "draft", "sync.chats.name")
    _open(desk, "f1", "PgDn scroll", "environment")
    desk.terminal.send(b"\x07;")
    desk.until("Tab completes")
    desk.terminal.type("bye")
    desk.until(":bye")
    desk.until_seen("config keys")
    desk.press("esc")
    desk.until_gone(":bye")
    desk.terminal.send(b"\x0b")
    desk.until("# chats")
    desk.until_seen("sync.chats.name")
    desk.press("esc")
    desk.until_gone("# chats")
    titles = ["sync.templates.title"] if wide else []
    _open(desk, "f4", "F4 manages", "sync.templates.code", "sync.templates.group", *titles)
    if wide:
        desk.press("f4")
        desk.until("F4 manages")
        _open(desk, "f4", "N new", "sync.templates.channel", "sync.templates.department")
    _open(desk, "alt+g", "a colleague's name", "sync.operators.name")
    _open(desk, "ctrl+s", "I get chats")
    _open(desk, "f9", "Esc no", "sync.chats.name")
    desk.press("f10")
    desk.until("Commands")
    desk.terminal.type("theme\r")
    desk.until_seen("theme title")
    desk.press("esc")
    desk.until_gone("Esc closes")
    if wide:
        desk.until_seen("sync.chats.words", "sync.visitors.city")
        for place in ("utm", "screen"):
            desk.scroll_to(f"sync.visitors.profile.{place}", columns)
        for place in ("address", "earlier.words", "notes.text"):
            desk.scroll_to(f"sync.visitors.{place}", columns)
    desk.press("alt+2")
    desk.until_seen("draft of another chat")
    desk.terminal.send(b"\x15" * 30)
    desk.until("0 words")
    desk.terminal.type("/")
    desk.until("Tab inserts")
    desk.until_seen("sync.templates.code")
    desk.press("esc", "f7")
    desk.until("Inbox")
    desk.press("down", "enter")
    desk.until("you only read")
    if not wide:
        desk.press("f8")
        desk.until("Visitor")
        desk.press("f8")
    _live(desk)
    _leave(desk, "You hold")


def _open(desk: DirtyDesk, key: str, shown: str, *places: str) -> None:
    """A screen over the workspace, and back."""
    desk.press(key) if key != "ctrl+s" else desk.terminal.send(b"\x13")
    desk.until(shown)
    desk.until_seen(*places)
    desk.press("esc")
    desk.until_gone(shown)


def _live(desk: DirtyDesk) -> None:
    """What comes while one works: peeks, typists, chats that come and go, refusals, junk, very long words, a farewell."""
    dirt = desk.dirt
    desk.press("alt+1")
    desk.tell(TypingBy(chat=11, login=dirt.linked("ivan")), Peek(chat=11, text=_marked_at_its_end(dirt, "peek")))
    desk.until_seen("peek")
    desk.tell(*JUNK, Peek(chat=11, text=_marked_at_its_end(dirt, "peek after junk")))
    desk.until_seen("peek after junk")
    desk.tell(Gone(chat=14, rev=900, why="transferred", by=dirt.at("gone.by")))
    desk.until_seen("gone.by")
    desk.tell(_says(12, 4, dirt.at("message in another chat")))
    call = f"@olga {dirt.at('a note that calls')}"
    desk.tell(Message(chat=12, n=5, at=NOW, kind=Kind.note, by="ivan", name="", text=call))
    desk.until_seen("a note that calls")
    desk.tell(replace(dirt.soil(scene.held(31, "x", "x"), "a chat given"), chat=31))
    desk.until_seen("a chat given.name")
    desk.tell(Refused(code="not_yours", text=dirt.at("x"), facts={"name": dirt.at("refusal fact"), "chat": 1}))
    desk.until_seen("refusal fact")
    desk.terminal.send(b"\x15" * 30)
    desk.until("0 words")
    desk.terminal.type("refuse\r")
    desk.until_seen("refused.text")
    desk.tell(replace(dirt.soil(scene.waiting(41, "x", "x", 5), "a new chat"), chat=41))
    desk.until_seen("a new chat.name")
    _notify(desk)
    file = File(id="f1", name=dirt.at("file name", 60), type=dirt.at("file type", 40), size=9)
    said = replace(_says(11, 14, _marked_at_its_end(dirt, "last words")), file=file)
    desk.tell(said, Peek(chat=11, text=dirt.at("no words", 10)))
    desk.until_seen("no words")
    desk.press("f10")
    desk.until("Commands")
    desk.terminal.type("open a file\r")
    desk.until("Files and links")
    desk.until_seen("file name", "file type")
    desk.press("esc")
    desk.until_gone("Files and links")
    desk.press("alt+k")
    desk.until("Handed to the terminal")
    long = (LONG_WORD, dirt.at("before a megabyte", 4) + MEGABYTE)
    desk.tell(
        *(Peek(chat=11, text=text) for text in long), Peek(chat=11, text=_marked_at_its_end(dirt, "after a megabyte"))
    )
    desk.until_seen("after a megabyte")
    desk.tell(_says(11, 15, LONG_WORD), Peek(chat=11, text=_marked_at_its_end(dirt, "after a long word")))
    desk.until_seen("after a long word")
    desk.tell(Bye(code="odd", text=dirt.at("bye")))
    desk.until_seen("bye")


def _notify(desk: DirtyDesk) -> None:
    """The terminal is no longer in focus; it tells so by another way than the relay's, so the first chat may come before that."""
    desk.terminal.send(b"\x1b[O")
    for chat in range(50, 60):
        place = f"a chat to be notified of, {chat}"
        desk.tell(replace(desk.dirt.soil(scene.waiting(chat, "x", "x", 5), place), chat=chat))
        desk.until_seen(f"{place}.name")
        if notifications(bytes(desk.terminal.raw)):
            break
    desk.terminal.send(b"\x1b[I")


def _marked_at_its_end(dirt: Dirt, place: str) -> str:
    """Of a peek only the last lines are shown."""
    text = dirt.at(place)
    return f"{text} {text[: len('Ж000')]}"


def _says(chat: int, n: int, text: str) -> Message:
    return Message(chat=chat, n=n, p=n, at=NOW, by="visitor", name="", text=text)


def walk_monitor(desk: DirtyDesk) -> None:
    dirt: Dirt = desk.dirt
    desk.until("live")
    desk.until_seen("welcome.desk", "sync.chats.name", "sync.chats.owner_name", "sync.operators.name")
    desk.until_seen("sync.operators.reason")
    desk.press("down", "enter")
    desk.until("you only read")
    desk.press("tab", "down", "enter")
    desk.until_seen("sync.messages.text")
    desk.press("f1")
    desk.until("Help")
    desk.press("esc")
    alarmed = scene.waiting(43, "x", "x", 500, alarm=True)
    desk.tell(replace(dirt.soil(alarmed, "alarmed"), chat=43))
    desk.until("Everybody has let")
    desk.tell(Bye(code="odd", text=dirt.at("bye")))
    desk.until_seen("bye")
    _leave(desk, "")


def _leave(desk: DirtyDesk, question: str) -> None:
    desk.press("ctrl+q")
    if question:
        desk.until(question)
        desk.press("enter")
    assert desk.terminal.wait_end() == 0
    while desk.terminal.pump(0.2) and b"\x1b[?1049l" not in desk.terminal.raw:
        pass


def glance(desk: DirtyDesk) -> None:
    """One look: at a chat with words from the disk, and at what comes next. Not at the screen: it may be in ruins."""
    _until_written(desk, "sync.visitors.email")  # of the chat that needs me most
    desk.terminal.send(b"\x1b1")
    _until_written(desk, "outbox text")
    desk.tell(Peek(chat=11, text=_marked_at_its_end(desk.dirt, "peek")))
    _until_written(desk, "peek")
    desk.press("f1")
    _until_written(desk, "environment")


def _until_written(desk: DirtyDesk, place: str) -> None:
    markers = [marker.encode() for marker, there in desk.dirt.places.items() if there == place]
    desk.terminal.wait_for(lambda _: any(marker in desk.terminal.raw for marker in markers), why=place)
