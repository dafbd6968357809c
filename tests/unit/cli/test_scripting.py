"""The commands for scripts, as far as they need no relay: their arguments, their words, and what `docs/scripts.md` says of their lines."""

import argparse
import io
import re
import sys
from pathlib import Path
from typing import get_args

import pytest

from opconsole.cli import moves, scripting, tail, words
from opconsole.cli.errors import Exit, Failed
from opconsole.cli.main import run
from opconsole.cli.phrases import chat_line, told_line
from opconsole.link.failures import LinkTrouble, Trouble
from opconsole.state.following import GoneTold, Told, chat_told, message_told
from opconsole.state.model import Stop
from opconsole.wire import limits
from opconsole.wire.files import File
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Close, TakeNext
from tests.unit.state.make import chat, held, note
from tests.unit.state.make import words as said

PAGE = Path(__file__).resolve().parents[3] / "docs" / "scripts.md"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPCONSOLE_HOME", str(tmp_path))
    monkeypatch.setenv("LANG", "C")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('keyring = "file"\n')


def ended(arguments: list[str]) -> int:
    try:
        return run(arguments)
    except SystemExit as left:
        return int(str(left.code))


@pytest.mark.parametrize(
    "arguments",
    [
        ["send", "x", "hello"],
        ["send", "0", "hello"],
        ["send", "5"],
        ["send", "5", "  "],
        ["send", "5", "hello", "--id", ""],
        ["send", "5", "hello", "--id", "x" * 37],
        ["send", "5", "я" * (limits.TEXT_BYTES // 2 + 1)],
        ["note", "5", "я" * (limits.NOTE_BYTES // 2 + 1)],
        ["close"],
        ["close", "5", "6", "--id", "x"],
        ["tail", "--only", "message,rumour"],
        ["tail", "-n", "-1"],
        ["chats", "--mine", "--inbox"],
    ],
)
def test_what_can_not_be_meant_is_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(arguments) == Exit.usage
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize("command", ["tail", "chats", "take", "send 5 hello", "note 5 hello", "close 5", "return #5"])
def test_who_is_not_logged_in_is_told_how_to_and_never_asked(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended([*command.split(), "--login", "anna"]) == Exit.login
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "opconsole login" in printed.err


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (LinkTrouble(Trouble.refused, "no", Stop.login), Exit.login),
        (LinkTrouble(Trouble.refused, "no", Stop.blocked), Exit.refused),
        (LinkTrouble(Trouble.unreachable, "no"), Exit.unreachable),
        (LinkTrouble(Trouble.silent, "no"), Exit.unreachable),
    ],
)
def test_each_trouble_has_its_exit_code(trouble: LinkTrouble, code: Exit) -> None:
    assert scripting.failed(trouble).code == code


def test_words_come_from_standard_input_with_their_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\ufeffодин\nдва\x1b[2J\n\n".encode())))
    assert words.words_of(["-"], note=False) == "один\nдва␛[2J"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe")))
    with pytest.raises(Failed, match="UTF-8"):
        words.words_of(["-"], note=False)


def test_commands_carry_the_id_that_was_given() -> None:
    assert moves.commands_of("take", [], "x") == [TakeNext(id="x")]
    assert moves.commands_of("close", [5], "x") == [Close(id="x", chat=5)]
    two = moves.commands_of("close", [5, 6], "")
    assert len({each.id for each in two}) == 2


def test_a_number_may_have_its_sign() -> None:
    assert scripting.chat_number("#12") == 12
    with pytest.raises(argparse.ArgumentTypeError):
        scripting.chat_number("²")


# ---------------------------------------------------------------- lines


def test_a_chat_is_one_line_whatever_is_in_it() -> None:
    card = held(7, name="Eve\n\x1b[31m", words="two\nlines", owes_since=1, rescue_at=60_000, unread=2, rescues=1)
    line = chat_line(chat_told(card, "anna"), now=0)
    assert line.startswith("#7 · mine · Eve")
    assert "rescue in 1:00" in line
    assert "2 unread" in line
    assert line.isprintable()
    assert line.endswith(": two ⏎ lines")


@pytest.mark.parametrize(
    ("entry", "reads"),
    [
        (said(5, 1, text="hello\nthere"), "#5 Ivan: hello ⏎ there"),
        (said(5, 2, by="anna", text="hi", name="Anna"), "#5 Anna: hi"),
        (
            said(5, 2, text="look", file=File(id="f1", name="a\n.png", size=2048, type="image/png")),
            "#5 Ivan: [a ⏎ .png: PNG picture, 2 KB] look",
        ),
        (said(5, 2, text="", file=File(id="f1", name="a.png")), "#5 Ivan: [a.png: file]"),
        (note(5, 3, text="be kind"), "#5 anna notes: be kind"),
        (Message(chat=5, n=4, kind=Kind.event, text="taken", by="anna", name="Anna"), "#5 Anna took the chat"),
        (Message(chat=5, n=5, kind=Kind.change, of=2, by="anna", text="hey"), "#5 anna changed entry 2: hey"),
        (Message(chat=5, n=6, kind=Kind.change, of=2, by="anna", deleted_by="anna"), "#5 anna deleted entry 2"),
    ],
)
def test_an_entry_is_one_line_that_says_who_and_what(entry: Message, reads: str) -> None:
    assert told_line(message_told(entry), {5: "Ivan"}, now=0).partition(" ")[2] == reads


def test_a_chat_that_goes_says_why() -> None:
    assert told_line(GoneTold(at=0, chat=5, why="taken", by="boris"), {}, 0).endswith("#5 boris has it")


# ---------------------------------------------------------------- the page


def test_the_page_names_every_field_of_every_line_and_every_exit_code() -> None:
    page = PAGE.read_text("utf-8")
    for kind in (*get_args(Told), scripting.Answer):
        section = page.split(f"### `{kind.__struct_config__.tag or 'answer'}`", 1)[1].split("\n### ", 1)[0]
        assert set(kind.__struct_fields__) == set(re.findall(r"^\| `(\w+)` \|", section, re.M)), kind
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.M)} == {int(code) for code in Exit}
    assert {each.__struct_config__.tag for each in get_args(Told)} == set(tail.KINDS)


def test_the_fields_of_a_card_come_over_unchanged() -> None:
    card = chat(5, name="Ivan", answer_by=7, last=3, words="hi", words_by="visitor")
    told = chat_told(card, "anna")
    same = set(type(told).__struct_fields__) - {"at", "mine", "place", "priority"}
    assert all(getattr(told, name) == getattr(card, name) for name in same)
    assert (told.place, told.priority, told.mine) == ("inbox", "normal", False)
