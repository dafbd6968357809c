"""What the terminal can do, and what stands between it and us: tmux, screen, ssh. Reads the environment, answers, and tmux's options."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from opconsole.cli.doctor.finding import Finding, Level
from opconsole.locale import tr
from opconsole.terminal import opener, pictures
from opconsole.terminal.answers import COPIES, FOCUS, PROBES, SIXEL, SYNCHRONISED, Answers
from opconsole.terminal.notify import Way, way_of

LEAST: Final = (80, 24)
ESCAPE_MS: Final = 50
"""A longer wait after Escape is felt, and Alt keys come late."""
TMUX_S: Final = 2.0

Option = Callable[[str], str]
"""An option's value of the tmux around us; empty: not known."""


def tmux_option(name: str) -> str:
    program = shutil.which("tmux")
    if program is None:
        return ""
    for scope in ("-gqv", "-sqv", "-gwqv"):
        try:
            said = subprocess.run(  # a fixed program and our own words  # noqa: S603  # nosec B603
                [program, "show-options", scope, name],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TMUX_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        if said.stdout.strip():
            return said.stdout.strip().splitlines()[0]
    return ""


def terminal(
    environment: Mapping[str, str],
    answers: Answers | None,
    *,
    option: Option = tmux_option,
    size: Callable[[], os.terminal_size | None] | None = None,
    wish: str = "auto",
) -> Iterator[Finding]:
    """`answers` None: it was not asked. `wish`: the setting `pictures`."""
    known = answers is not None and answers.answered
    yield _kind(environment, answers)
    measured = (size or _size)()
    if measured is not None:
        yield _fits(measured)
    yield _locale(environment)
    yield _colours(environment, answers)
    yield _keys(environment, answers)
    yield from _notifications(environment, answers, option)
    yield from _clipboard(environment, answers, option)
    yield _pictures(environment, answers, option, wish)
    if answers is not None and answers.widths:
        yield _widths(answers)
    if known and answers is not None:
        yield _flicker(answers)
    yield from _between(environment, option)


def _size() -> os.terminal_size | None:
    for stream in (sys.__stdout__, sys.__stderr__, sys.__stdin__):
        try:
            if stream is not None and stream.isatty():
                return os.get_terminal_size(stream.fileno())
        except (OSError, ValueError):
            continue
    return None


def _one(name: str, text: str, level: Level = Level.ok, mend: str = "", value: str = "") -> Finding:
    return Finding(area="terminal", name=name, level=level, text=text, mend=mend, value=value)


def _kind(environment: Mapping[str, str], answers: Answers | None) -> Finding:
    term = environment.get("TERM", "")
    name = (answers.name if answers is not None else "") or environment.get("TERM_PROGRAM", "") or term
    if term in ("", "dumb", "unknown"):
        return _one(
            "kind",
            tr("TERM is “{term}”: nothing can be painted there.", term=term),
            Level.fault,
            tr("Open a terminal that can, or use the line mode: opconsole plain"),
            term,
        )
    if answers is None:
        return _one("kind", tr("{name} (TERM={term}); it was not asked.", name=name, term=term), Level.note, value=name)
    if not answers.answered:
        return _one(
            "kind",
            tr("{name} (TERM={term}) answers no questions.", name=name, term=term),
            Level.note,
            value=name,
        )
    return _one("kind", tr("{name} (TERM={term})", name=name, term=term), value=name)


def _fits(size: os.terminal_size) -> Finding:
    value = f"{size.columns}x{size.lines}"
    text = tr("{columns} columns, {lines} lines", columns=size.columns, lines=size.lines)
    if size.columns < LEAST[0] or size.lines < LEAST[1]:
        mend = tr("Make the window at least {columns}×{lines}.", columns=LEAST[0], lines=LEAST[1])
        return _one("size", text, Level.warning, mend, value)
    return _one("size", text, value=value)


def _locale(environment: Mapping[str, str]) -> Finding:
    import locale

    encoding = locale.getencoding().upper()
    lang = next((environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), "")
    if encoding.replace("-", "") != "UTF8":
        mend = tr("Set a UTF-8 locale: export LC_CTYPE=C.UTF-8")
        return _one(
            "locale",
            tr("The locale “{lang}” is {encoding}, not UTF-8.", lang=lang, encoding=encoding),
            Level.fault,
            mend,
            encoding,
        )
    if not lang or lang in ("C", "POSIX"):
        mend = tr(
            'For dates and letters of yours: export LANG=ru_RU.UTF-8 (or lang = "ru" in config.toml for the console alone)'
        )
        return _one("locale", tr("No locale is set; Python takes UTF-8 all the same."), Level.note, mend, encoding)
    return _one("locale", tr("The locale is {lang}, {encoding}.", lang=lang, encoding=encoding), value=lang)


def _colours(environment: Mapping[str, str], answers: Answers | None) -> Finding:
    if "NO_COLOR" in environment:
        mend = tr("To have colours: unset NO_COLOR")
        return _one("colours", tr("NO_COLOR is set: the console is drawn without colours."), Level.note, mend, "none")
    says = environment.get("COLORTERM", "").lower() in ("truecolor", "24bit")
    true = answers.true_colour if answers is not None else None
    if says and true is not False:
        return _one("colours", tr("16 million colours"), value="truecolor")
    if true and not says:
        mend = tr("Programs don't know it: export COLORTERM=truecolor")
        return _one(
            "colours", tr("16 million colours, but COLORTERM doesn't say so."), Level.warning, mend, "truecolor"
        )
    if says:
        mend = tr('In tmux: set -as terminal-features ",*:RGB". Elsewhere: unset COLORTERM')
        return _one(
            "colours",
            tr("COLORTERM promises 16 million colours, and the terminal has fewer."),
            Level.warning,
            mend,
            "256",
        )
    if "256color" in environment.get("TERM", ""):
        mend = tr("If your terminal has more: export COLORTERM=truecolor")
        return _one(
            "colours", tr("256 colours: themes look a little different from what was meant."), Level.note, mend, "256"
        )
    mend = tr("Try the theme high-contrast, or: export TERM=xterm-256color")
    return _one("colours", tr("Few colours."), Level.warning, mend, "16")


def _keys(environment: Mapping[str, str], answers: Answers | None) -> Finding:
    if answers is not None and answers.kitty_keys:
        return _one("keys", tr("Every key is told from every other (kitty's keyboard protocol)."), value="kitty")
    rest = tr("Write a new line with Alt+Enter or Ctrl+J; Ctrl+G, then a key, is Alt with it.")
    if environment.get("TMUX"):
        rest += "\n" + tr("In tmux 3.2 or newer: set -s extended-keys on")
    known = answers is not None and answers.answered
    text = (
        tr("Keys as terminals always had them: Shift+Enter is Enter, some of Ctrl are one key.")
        if known
        else tr("Whether Shift+Enter can be told from Enter is not known.")
    )
    return _one("keys", text, Level.note, rest, "legacy" if known else "")


def _notifications(environment: Mapping[str, str], answers: Answers | None, option: Option) -> Iterator[Finding]:
    way = way_of(environment)
    names = {
        Way.osc9: "OSC 9",
        Way.osc777: "OSC 777",
        Way.osc99: "OSC 99",
        Way.program: "notify-send",
    }
    if way is Way.none:
        mend = tr("The bell still rings. A terminal emulator would show notifications.")
        yield _one("notifications", tr("No desktop notifications here."), Level.note, mend, way.value)
    else:
        yield _one("notifications", tr("Desktop notifications by {way}.", way=names[way]), value=way.value)
    if (
        environment.get("TMUX")
        and way not in (Way.none, Way.program)
        and option("allow-passthrough") not in ("on", "all")
    ):
        yield _one(
            "passthrough",
            tr("tmux lets notifications not through."),
            Level.warning,
            tr("In ~/.tmux.conf: set -g allow-passthrough on"),
            option("allow-passthrough") or "off",
        )
    if environment.get("TMUX") and option("focus-events") == "off":
        yield _one(
            "focus",
            tr("tmux doesn't tell whether the window has the focus: notifications come too seldom."),
            Level.warning,
            tr("In ~/.tmux.conf: set -g focus-events on"),
            "off",
        )
    elif answers is not None and answers.answered and FOCUS not in answers.modes and not environment.get("TMUX"):
        yield _one(
            "focus", tr("Whether the window has the focus is not known here: notifications may not come."), Level.note
        )


def _clipboard(environment: Mapping[str, str], answers: Answers | None, option: Option) -> Iterator[Finding]:
    remote = bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))
    local = not remote and any(
        shutil.which(name, path=environment.get("PATH")) for name in ("wl-copy", "xclip", "xsel", "pbcopy")
    )
    if local and (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY") or sys.platform == "darwin"):
        yield _one("clipboard", tr("Copying goes to the system's clipboard."), value="system")
        return
    if environment.get("TMUX"):
        value = option("set-clipboard")
        if value == "off":
            mend = tr("In ~/.tmux.conf: set -g set-clipboard on")
            yield _one("clipboard", tr("tmux keeps what is copied to itself."), Level.warning, mend, value)
            return
    sure = answers is not None and (answers.clipboard or COPIES in answers.attributes)
    if sure:
        yield _one("clipboard", tr("Copying goes through the terminal (OSC 52)."), value="osc52")
        return
    mend = tr(
        "If it doesn't arrive, allow it in the terminal's settings; on your own machine install wl-clipboard or xclip."
    )
    yield _one(
        "clipboard",
        tr("Copying goes through the terminal (OSC 52), which gives no answer."),
        Level.note,
        mend,
        "osc52?",
    )


def _pictures(environment: Mapping[str, str], answers: Answers | None, option: Option, wish: str) -> Finding:
    """What the console takes, and what the terminal says that it could have."""
    way = pictures.way_of(wish, environment)
    chosen = "" if wish == "auto" else " " + tr("(by the settings)")
    match way:
        case pictures.Way.off:
            return _one("pictures", tr("Pictures are not drawn.") + chosen, Level.note, value="off")
        case pictures.Way.kitty:
            if environment.get("TMUX") and option("allow-passthrough") not in ("on", "all"):
                text = tr("Pictures: tmux lets kitty's graphics not through, so half blocks are drawn.")
                return _one("pictures", text, Level.note, tr("In ~/.tmux.conf: set -g allow-passthrough on"), "blocks")
            return _one("pictures", tr("Pictures: kitty's graphics.") + chosen, value="kitty")
        case pictures.Way.sixel:
            return _one("pictures", tr("Pictures: sixel.") + chosen, value="sixel")
    text = tr("Pictures: half blocks only.") + chosen
    if answers is not None and SIXEL in answers.attributes and wish == "auto":
        return _one(
            "pictures", text, Level.note, tr('The terminal says that it knows sixels: pictures = "sixel"'), "blocks"
        )
    if answers is not None and answers.kitty_graphics and wish == "auto":
        mend = tr(
            'The terminal says that it knows kitty\'s graphics; with Unicode placeholders too: pictures = "kitty"'
        )
        return _one("pictures", text, Level.note, mend, "blocks")
    return _one("pictures", text, Level.note, value="blocks")


def opening(environment: Mapping[str, str]) -> Finding:
    """What links and saved files are opened by."""
    program = opener.program(environment)
    if program:
        return _one("opener", tr("Links and saved files are opened by {program}.", program=program), value=program)
    text = tr("Links and files can't be opened from here: they are copied and saved.")
    return _one("opener", text, Level.note, tr("On a desktop install xdg-utils; over ssh there is no display."))


def _widths(answers: Answers) -> Finding:
    wrong = [
        f"{characters} {wide}≠{expected}"
        for (characters, expected), wide in zip(PROBES, answers.widths, strict=True)
        if wide != expected
    ]
    if not wrong:
        return _one("width", tr("Wide letters and emoji take as many cells as the console counts."), value="ok")
    return _one(
        "width",
        tr("Some characters take other cells than the console counts: {wrong}", wrong=", ".join(wrong)),
        Level.warning,
        tr("Lines with them may be a cell off. A newer terminal (and tmux) with Unicode 9 widths or later helps."),
        ",".join(str(wide) for wide in answers.widths),
    )


def _flicker(answers: Answers) -> Finding:
    if SYNCHRONISED in answers.modes:
        return _one("frames", tr("Whole pictures are shown at once (synchronised output)."), value="yes")
    return _one("frames", tr("No synchronised output: large changes may flicker."), Level.note, value="no")


def _between(environment: Mapping[str, str], option: Option) -> Iterator[Finding]:
    if environment.get("TMUX"):
        yield _one("tmux", tr("tmux is in between."), Level.note, value=environment.get("TERM_PROGRAM_VERSION", ""))
        time = option("escape-time")
        if time.isdigit() and int(time) > ESCAPE_MS:
            yield _one(
                "escape-time",
                tr(
                    "tmux waits {ms} ms after Escape: it comes late, and with a letter soon after it becomes an Alt key.",
                    ms=time,
                ),
                Level.warning,
                tr("In ~/.tmux.conf: set -sg escape-time 10"),
                time,
            )
    elif environment.get("STY"):
        yield _one(
            "screen",
            tr("screen is in between: no 16 million colours, and pasting is limited."),
            Level.note,
            tr("tmux 3.3 or newer lets more through. For Alt keys: maptimeout 10 in ~/.screenrc"),
        )
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        yield _one("ssh", tr("Over ssh: copying and notifications must go through the terminal."), Level.note)
