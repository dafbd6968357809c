"""The doctor: what it makes of a terminal's answers, of files and of a relay; and that no answer is left on the prompt."""

import json
import os
import pty
import select
import sys
import termios
import threading
from pathlib import Path

import pytest

from opconsole.cli.doctor.files import folders, settings
from opconsole.cli.doctor.finding import Finding, Level
from opconsole.cli.doctor.screen import opening, terminal
from opconsole.cli.errors import Exit
from opconsole.cli.main import run
from opconsole.settings import load_settings
from opconsole.terminal import queries
from opconsole.terminal.answers import PROBES, Answers, read
from opconsole.terminal.queries import ask, questions

GOOD = (
    "\x1bP>|kitty(0.40.1)\x1b\\\x1b[?0u\x1b]11;rgb:1515/1313/1d1d\x1b\\\x1b[?1004;2$y\x1b[?2004;2$y\x1b[?2026;2$y"
    "\x1b_Gi=31;OK\x1b\\\x1bP1$r48:2::1:2:3m\x1b\\\x1bP1+r4d73=5C455D\x1b\\"
    + "".join(f"\x1b[7;{cells + 1}R" for _, cells in PROBES)
    + "\x1b[?62;4;52c"
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPCONSOLE_HOME", str(tmp_path))
    monkeypatch.setenv("LANG", "C.UTF-8")
    return tmp_path


def found(environment: dict[str, str], answers: Answers | None, **options: str) -> dict[str, Finding]:
    findings = terminal(
        environment, answers, option=lambda name: options.get(name.replace("-", "_"), ""), size=lambda: None
    )
    return {each.name: each for each in findings}


def pictures(environment: dict[str, str], answers: str, wish: str = "auto", **options: str) -> Finding:
    findings = terminal(
        environment,
        read(answers),
        option=lambda name: options.get(name.replace("-", "_"), ""),
        size=lambda: None,
        wish=wish,
    )
    return next(each for each in findings if each.name == "pictures")


def test_of_pictures_it_is_told_what_is_taken_and_what_could_be() -> None:
    xterm = {"TERM": "xterm-256color"}
    assert pictures(xterm, "").value == "blocks"
    assert 'pictures = "sixel"' in pictures(xterm, "\x1b[?62;4c").mend
    assert 'pictures = "kitty"' in pictures(xterm, "\x1b_Gi=31;OK\x1b\\\x1b[?62c").mend
    assert pictures(xterm, "\x1b[?62;4c", "blocks").mend == ""
    assert pictures(xterm, "", "off").value == "off"
    tmux = {"TERM": "tmux-256color", "TMUX": "x", "KITTY_WINDOW_ID": "1"}
    assert "allow-passthrough" in pictures(tmux, "").mend
    assert pictures(tmux, "", allow_passthrough="on").value == "kitty"


def test_what_opens_links_is_told() -> None:
    assert opening({"PATH": "/nowhere"}).level is Level.note


def test_answers_are_read_in_any_order_and_between_keys() -> None:
    answers = read("typed" + GOOD + "\x1b[A")
    assert answers.name == "kitty(0.40.1)"
    assert (answers.answered, answers.kitty_keys, answers.kitty_graphics, answers.true_colour) == (
        True,
        True,
        True,
        True,
    )
    assert answers.background == "#15131d"
    assert answers.modes == {1004, 2004, 2026}
    assert answers.attributes == {62, 4, 52}
    assert answers.widths == tuple(cells for _, cells in PROBES)
    assert answers.clipboard is True


def test_silence_to_a_question_is_a_no() -> None:
    answers = read("\x1b[?6c\x1b[?2026;0$y\x1bP0$r\x1b\\")
    assert (answers.kitty_keys, answers.kitty_graphics, answers.modes, answers.widths) == (
        False,
        False,
        frozenset(),
        (),
    )
    assert answers.true_colour is False
    assert read("") == Answers()


def test_a_terminal_that_can_everything_has_nothing_to_mend() -> None:
    environment = {"TERM": "xterm-kitty", "COLORTERM": "truecolor", "KITTY_WINDOW_ID": "1", "LANG": "ru_RU.UTF-8"}
    findings = found(environment, read(GOOD))
    assert {each.level for each in findings.values()} == {Level.ok}
    assert findings["pictures"].value == "kitty"
    assert findings["notifications"].value == "osc99"


def test_tmux_settings_that_cost_something_are_named_with_their_line() -> None:
    environment = {
        "TERM": "tmux-256color",
        "TMUX": "/tmp/x",
        "COLORTERM": "truecolor",
        "WEZTERM_PANE": "1",
        "LANG": "C.UTF-8",
    }
    findings = found(
        environment,
        read("\x1b[?1;2c"),
        escape_time="500",
        allow_passthrough="off",
        set_clipboard="off",
        focus_events="off",
    )
    assert {name for name, each in findings.items() if each.level is Level.warning} == {
        "escape-time", "passthrough", "clipboard", "focus",
    }  # fmt: skip
    assert "escape-time 10" in findings["escape-time"].mend
    assert "allow-passthrough on" in findings["passthrough"].mend


@pytest.mark.parametrize(
    ("environment", "answers", "name", "level"),
    [
        ({"TERM": "dumb"}, None, "kind", Level.fault),
        ({"TERM": "xterm-256color"}, read(GOOD), "colours", Level.warning),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, read("\x1b[?6c\x1bP0$r\x1b\\"), "colours", Level.warning),
        ({"TERM": "xterm", "NO_COLOR": ""}, None, "colours", Level.note),
        ({"TERM": "linux"}, None, "notifications", Level.note),
        ({"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/1"}, None, "ssh", Level.note),
        ({"TERM": "screen", "STY": "1.x"}, None, "screen", Level.note),
        ({"TERM": "xterm"}, read(GOOD.replace("\x1b[7;3R", "\x1b[7;2R")), "width", Level.warning),
    ],
)
def test_what_a_terminal_lacks_is_said(
    environment: dict[str, str], answers: Answers | None, name: str, level: Level
) -> None:
    assert found(environment, answers)[name].level is level


# ---------------------------------------------------------------- asking a real terminal device


class FakeTerminal:
    """A pty whose other end answers as a terminal does."""

    def __init__(self, answer: str, after_s: float = 0.0) -> None:
        self.master, self.slave = pty.openpty()
        self.asked = b""
        self._answer = answer.encode()
        self._after_s = after_s
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while b"\x1b[c" not in self.asked:
            self.asked += os.read(self.master, 4096)
        threading.Event().wait(self._after_s)
        if self._answer:
            os.write(self.master, self._answer)

    def left_over(self) -> bytes:
        """What the next program would read as typed."""
        attributes = termios.tcgetattr(self.slave)
        attributes[3] &= ~termios.ICANON
        attributes[6][termios.VMIN] = 0
        termios.tcsetattr(self.slave, termios.TCSANOW, attributes)
        return os.read(self.slave, 4096) if select.select([self.slave], [], [], 0.05)[0] else b""

    def close(self) -> None:
        self._thread.join(5)
        os.close(self.master)
        os.close(self.slave)


def asked(fake: FakeTerminal, monkeypatch: pytest.MonkeyPatch, wait_s: float) -> Answers | None:
    monkeypatch.setattr(os, "tcgetpgrp", lambda handle: os.getpgrp())
    return ask({"TERM": "xterm-256color"}, device=os.ttyname(fake.slave), wait_s=wait_s)


def test_a_terminal_is_asked_and_nothing_is_left_of_its_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeTerminal(GOOD + "\x1b]11;rgb:0000/0000/0000\x1b\\")
    before = termios.tcgetattr(fake.slave)
    answers = asked(fake, monkeypatch, 10)
    assert answers is not None
    assert answers.kitty_graphics
    assert termios.tcgetattr(fake.slave) == before
    assert fake.left_over() == b""
    fake.close()


@pytest.mark.parametrize("answer", ["", "\x1b[?6"])
def test_a_silent_terminal_is_left_alone_after_a_moment(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    fake = FakeTerminal(answer)
    before = termios.tcgetattr(fake.slave)
    assert asked(fake, monkeypatch, 0.05) == Answers()
    assert termios.tcgetattr(fake.slave) == before
    assert fake.left_over() == b""
    fake.close()


def test_an_answer_that_comes_late_is_still_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "LATE_S", 20.0)
    fake = FakeTerminal(GOOD, after_s=0.2)
    asked(fake, monkeypatch, 0.05)
    assert fake.left_over() == b""
    fake.close()


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_dumb_terminal_is_asked_nothing(term: str) -> None:
    assert ask({"TERM": term}, device="/dev/null") is None


def test_without_a_terminal_nothing_is_asked() -> None:
    assert ask({"TERM": "xterm"}, device="/dev/null") is None
    assert ask({"TERM": "xterm"}, device="/nowhere") is None


def test_who_swallows_no_strings_is_sent_none() -> None:
    assert "\x1bP" not in questions({"TERM": "linux"})
    assert "\x1b_G" not in questions({"TERM": "screen-256color", "STY": "1"})
    assert "\x1b_G" in questions({"TERM": "screen-256color", "TMUX": "x"})


# ---------------------------------------------------------------- files


def test_faults_of_the_settings_the_theme_and_the_keys_are_named(home: Path) -> None:
    (home / "config").mkdir()
    (home / "config" / "config.toml").write_text('thema = "x"\ntheme = "dusx"\n[keys]\nclose = "f2"\nnonsense = "f5"\n')
    said = " ".join(each.text for each in settings(load_settings()))
    for words in ("thema", "dusk", "nonsense", "f2"):
        assert words in said


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files")
def test_what_others_may_read_is_told_with_the_command_that_mends_it(home: Path) -> None:
    for name in ("config", "data", "state"):
        (home / name).mkdir(mode=0o700)
    (home / "data" / "tokens.json").write_text("{}")
    (home / "data" / "tokens.json").chmod(0o644)
    by_name = {each.name: each for each in folders()}
    assert (by_name["config"].level, by_name["state"].level) == (Level.ok, Level.ok)
    assert by_name["data"].level is Level.warning
    assert by_name["data"].mend == f"chmod go-rwx {home}/data/tokens.json"


def test_without_a_terminal_and_a_relay_it_says_so_and_ends(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "config").mkdir()
    (home / "config" / "config.toml").write_text('keyring = "file"\nrelay = "http://127.0.0.1:9"\n')
    assert run(["doctor", "--json", "--no-questions"]) == Exit.failed
    findings = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {each["area"] for each in findings} == {"terminal", "settings", "folders", "keyring", "relay"}
    (reach,) = [each for each in findings if each["name"] == "reach"]
    assert (reach["level"], "curl" in reach["mend"]) == ("fault", True)
    assert all(each["text"] for each in findings)
    assert run(["doctor", "--no-questions", "--offline"]) in (Exit.ok, Exit.failed)
    assert "Keyring\n  ✓ " in capsys.readouterr().out
