"""The console line by line: what is said when something happens, and what is done when something is typed."""

import pytest

from opconsole.cli import plain
from opconsole.cli.reading import COMMANDS, Desk, command_of
from opconsole.cli.reading_files import ReadingFiles
from opconsole.locale import set_language
from opconsole.settings.model import Warnings
from opconsole.state.model import LinkState, Phase, Stop
from opconsole.state.store import Store
from opconsole.wire.cards import OperatorCard, Status
from opconsole.wire.staff import (
    AddNote,
    Close,
    Done,
    Gone,
    PageOf,
    Refused,
    Return,
    Say,
    SetStatus,
    StaffCommand,
    StaffDown,
    Sync,
    Take,
    TakeNext,
)
from tests.unit.state.make import ME, chat, held, log, welcome, words


class Bench:
    """A desk on a store of Anna's, with a session that only keeps what it was told."""

    def __init__(self, *frames: StaffDown) -> None:
        self.said: list[str] = []
        self.sent: list[StaffCommand] = []
        self.read: list[tuple[int, int]] = []
        self.store = Store()
        self.desk = Desk(self.store, Warnings(), self.said.append)
        self.desk.session = self  # type: ignore[assignment]
        self._ids = iter(range(1, 1000))
        self.desk.changed(self.store.set_link(LinkState(Phase.syncing)))
        self.hear(welcome(), Sync(head=1, operators=[OperatorCard(rev=1, login=ME, limit=4)]), *frames)
        self.desk.changed(self.store.set_link(LinkState(Phase.live)))

    def hear(self, *frames: StaffDown) -> list[str]:
        """What is said of these frames."""
        before = len(self.said)
        self.desk.changed(self.store.apply(frames, 0))
        return self.said[before:]

    def type(self, line: str) -> list[str]:
        before = len(self.said)
        self.desk.typed(line)
        return self.said[before:]

    # as the session:

    def new_id(self) -> str:
        return f"c{next(self._ids)}"

    def clock(self) -> int:
        return 0

    def send(self, command: StaffCommand) -> None:
        self.sent.append(command)
        self.desk.changed(self.store.send(command, 0))

    def show(self, chat: int) -> None:
        self.desk.changed(self.store.show(chat))

    def have_read(self, chat: int, p: int) -> None:
        self.read.append((chat, p))


def test_the_link_says_how_much_there_is_to_do() -> None:
    bench = Bench(chat(1), chat(2), held(3))
    assert bench.said[-1] == "The link is live. 2 chats wait. You hold 1."


def test_what_happens_is_said_once_in_whole_lines() -> None:
    bench = Bench(held(3, last=1, name="Ivan"), *log(3, 1, 1))
    (new,) = bench.hear(chat(7, name="Eve", words="Is anybody there?", words_by="visitor", rev=2))
    assert new == "New: #7 · waits · Eve: Is anybody there?"
    bench.hear(words(3, 2, text="And when?\nToday?"))
    assert bench.said[-1].endswith("#3 Ivan: And when? ⏎ Today?")
    assert bench.hear(words(3, 2, text="And when?\nToday?")) == []
    (lost,) = bench.hear(Gone(chat=3, rev=9, why="rescued"))
    assert lost == "Chat 3 was rescued: it is back in the inbox."


def test_a_taken_chat_is_where_i_am_and_its_words_are_read_aloud() -> None:
    bench = Bench(chat(5, name="Ivan", rev=2, last=2, public=2))
    assert bench.type("take 5") == []
    (take,) = bench.sent
    assert isinstance(take, Take)
    bench.hear(
        held(5, name="Ivan", rev=3, last=2, public=2), PageOf(chat=5, messages=log(5, 1, 2)), Done(id=take.id, chat=5)
    )
    assert bench.desk.chat == 5
    assert any(line.startswith("#5 · mine · Ivan") for line in bench.said)
    bench.hear(words(5, 3, text="Hello?"))
    assert bench.said[-1].endswith(" Ivan: Hello?")
    assert bench.read


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        ("say Hello there", Say(id="c1", chat=5, text="Hello there")),
        ("сказать Привет", Say(id="c1", chat=5, text="Привет")),
        ("ыфн Привет", Say(id="c1", chat=5, text="Привет")),
        ("note VIP", AddNote(id="c1", chat=5, text="VIP")),
        ("close", Close(id="c1", chat=5)),
        ("RETURN", Return(id="c1", chat=5)),
        ("take", TakeNext(id="c1")),
        ("status away lunch", SetStatus(id="c1", status=Status.away, reason="lunch")),
        ("статус занят", SetStatus(id="c1", status=Status.busy)),
    ],
)
def test_a_line_is_a_command_in_both_languages_and_layouts(line: str, sent: StaffCommand) -> None:
    bench = Bench(held(5, last=1), *log(5, 1, 1))
    bench.type("go 5")
    bench.type(line)
    assert bench.sent == [sent]


@pytest.mark.parametrize(
    "line", ["say", "say Hello", "close", "return", "note x", "who", "read", "go", "go x", "go 99", "status", "dance"]
)
def test_what_can_not_be_done_is_said_and_nothing_is_sent(line: str) -> None:
    bench = Bench()
    assert len(bench.type(line)) == 1
    assert bench.sent == []


def test_refusals_are_said_in_words() -> None:
    bench = Bench(chat(5))
    bench.type("take 5")
    (said,) = bench.hear(Refused(id="c1", code="taken", text="", facts={"name": "Boris", "ago_s": 3}))
    assert said.startswith("Not done: Boris took this chat")


def test_who_holds_chats_must_say_quit_twice() -> None:
    bench = Bench(held(5))
    assert bench.desk.typed("quit") is False
    assert bench.desk.typed("chats") is False
    assert bench.desk.typed("quit") is False
    assert bench.desk.typed("выход") is True
    assert Bench().desk.typed("quit") is True


def test_a_lost_link_is_said_once_and_a_final_end_ends() -> None:
    bench = Bench()
    for _ in range(3):
        bench.desk.changed(bench.store.set_link(LinkState(Phase.offline, why="The link was lost.")))
        bench.desk.changed(bench.store.set_link(LinkState(Phase.offline, why="The link was lost.", retry_at=5)))
    assert bench.said.count("No link: The link was lost. It is tried again.") == 1
    bench.desk.changed(bench.store.set_link(LinkState(Phase.stopped, why="Blocked.", stop=Stop.blocked)))
    assert bench.desk.over.is_set()


def test_the_help_and_the_lists_are_lines() -> None:
    bench = Bench(chat(1, name="A"), held(2, name="B"))
    assert len(bench.type("help")) == len(COMMANDS)
    assert [line[:2] for line in bench.type("chats")] == ["#2", "1 "]
    assert bench.type("inbox")[0].startswith("#1 · waits · A")


def test_words_and_their_places_are_known_without_doubt() -> None:
    names = [name for group, _ in COMMANDS.values() for name in group]
    assert len(names) == len(set(names))
    assert command_of("ефлу") == "take"
    assert command_of("nonsense") == ""
    homes = ((Desk, "_do_"), (ReadingFiles, "do_"))
    assert all(any(hasattr(home, at + name) for home, at in homes) for name in COMMANDS if name != "quit")


@pytest.mark.parametrize("data", [b"one\nt\xd0\xb2o\n", b"", b"no end"])
def test_lines_are_read_as_they_come(data: bytes) -> None:
    import os

    read_end, write_end = os.pipe()
    os.write(write_end, data)
    os.close(write_end)
    typed = plain.Typed(read_end)
    lines = list(iter(typed.readline, ""))
    assert lines == data.decode().splitlines(keepends=True)
    assert not typed.isatty()
    os.close(read_end)


def test_everything_is_said_in_russian_too() -> None:
    set_language("ru")
    try:
        bench = Bench(chat(1, name="Ева"))
        assert any("Связь" in line for line in bench.said)
        latin = [line for line in bench.type("помощь") if not any("а" <= letter.lower() <= "я" for letter in line)]
        assert latin == []
    finally:
        set_language("en")


def test_before_the_first_sync_nothing_is_said_of_who_waits() -> None:
    said: list[str] = []
    desk = Desk(Store(), Warnings(), said.append)
    for line in ("chats", "inbox", "next", "go 3"):
        desk.typed(line)
    assert said == ["There is no link to the relay now."] * 4
