"""The draft in the operator's own editor: a real program, a private file, and a draft that outlives whatever it does."""

import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from opconsole.ui.editing import NoEditor, editor_of
from opconsole.wire.staff import Say
from tests.ui.conftest import Bench, Open


class Editor:
    """A program that does to the file what the test says, and notes where it was and who may read it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runtime = folder / "run"
        self.runtime.mkdir()
        self.notes = folder / "seen.txt"
        self.lent: list[bool] = []

    def does(self, bench: Bench, code: str) -> None:
        script = self.folder / "editor.py"
        head = f"import os, signal, sys\npath = sys.argv[-1]\nwith open({str(self.notes)!r}, 'w') as f: f.write(path)\n"
        script.write_text(head + code)
        environment = {"VISUAL": f"{sys.executable} -S {script}", "XDG_RUNTIME_DIR": str(self.runtime)}
        bench.app.controllers.composing.editing._environment = environment

        @contextmanager
        def suspend() -> Iterator[None]:
            self.lent.append(True)
            yield
            self.lent.append(False)

        bench.app.suspend = suspend  # type: ignore[method-assign]

    async def opened(self, bench: Bench) -> None:
        await bench.press("ctrl+x")
        await bench.until(lambda: not bench.app.controllers.composing.editing._open, "the editor has ended")

    @property
    def left(self) -> list[Path]:
        return list(self.runtime.rglob("*"))


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    folder = tmp_path / "editor"
    folder.mkdir()
    return Editor(folder)


WRITE = "open(path, 'a', encoding='utf-8').write('ещё строка\\n')\nopen(path + '.swp', 'w').write('x')\n"


async def test_what_is_written_there_is_the_draft_and_the_file_is_gone(open_console: Open, editor: Editor) -> None:
    async with open_console(shown=11) as bench:
        mode = f"open({str(editor.folder / 'mode')!r}, 'w').write(oct(os.stat(path).st_mode) + oct(os.stat(os.path.dirname(path)).st_mode))\n"
        editor.does(bench, mode + WRITE)
        await bench.type("Hello")
        await editor.opened(bench)
        assert bench.composed == "Hello\nещё строка"
        assert editor.lent == [True, False]
        assert editor.left == []
        assert editor.notes.read_text().startswith(str(editor.runtime))
        assert (editor.folder / "mode").read_text() == oct(0o600 | stat.S_IFREG) + oct(0o700 | stat.S_IFDIR)
        draft = bench.app.store.drafts.get(11)
        assert draft is not None
        assert draft.text == bench.composed
        assert bench.relay.sent(Say) == []


async def test_an_editor_that_fails_or_dies_leaves_no_draft_lost(open_console: Open, editor: Editor) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("Hello")
        editor.does(bench, WRITE + "sys.exit(3)")
        await editor.opened(bench)
        assert bench.composed == "Hello"
        assert any("ended with code 3: the draft is as it was" in text for text in bench.toasts)
        editor.does(bench, WRITE + "os.kill(os.getpid(), signal.SIGKILL)")
        await editor.opened(bench)
        assert bench.composed == "Hello\nещё строка"
        assert any("was ended by signal 9" in text for text in bench.toasts)
        assert editor.left == []
        await bench.press("ctrl+up")
        assert bench.composed == "Hello", "what stood there before can be called up"


async def test_what_the_editor_leaves_is_clean_text_or_an_error(open_console: Open, editor: Editor) -> None:
    async with open_console(shown=11) as bench:
        editor.does(bench, "open(path, 'wb').write(b'a\\x1b[31mb\\r\\n')")
        await editor.opened(bench)
        assert bench.composed == "a␛[31mb"
        for broken, words in [
            ("open(path, 'wb').write(b'\\xff\\xfe\\xff')", "is not UTF-8 text"),
            ("os.unlink(path)", "The editor could not be used"),
            ("open(path, 'wb').write(b'x' * 200_000)", "the file is too large"),
        ]:
            editor.does(bench, broken)
            await editor.opened(bench)
            assert any(words in text for text in bench.toasts), words
            assert bench.composed == "a␛[31mb"


async def test_words_for_a_chat_that_left_the_screen_go_into_its_draft(open_console: Open, editor: Editor) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("Hello")
        editor.does(bench, WRITE)
        bench.app.workspace.action_run("external_editor")
        bench.app.controllers.navigation.show(12)
        await bench.until(lambda: not bench.app.controllers.composing.editing._open, "the editor has ended")
        assert bench.composed == ""
        await bench.press("alt+1")
        assert bench.composed == "Hello\nещё строка"


async def test_with_a_selection_the_key_cuts(open_console: Open, editor: Editor) -> None:
    async with open_console(shown=11) as bench:
        editor.does(bench, WRITE)
        await bench.type("Hello")
        await bench.press("shift+home", "ctrl+x")
        assert bench.composed == ""
        assert not editor.notes.exists()


def test_no_editor_is_told_of_in_words() -> None:
    assert editor_of({"VISUAL": f"{sys.executable} -n", "EDITOR": "no"}) == [sys.executable, "-n"]
    with pytest.raises(NoEditor, match="no-such-editor"):
        editor_of({"EDITOR": "no-such-editor"})
    with pytest.raises(NoEditor, match="open quote"):
        editor_of({"EDITOR": "vi 'x"})
