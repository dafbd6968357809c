"""Lines of the command line in a terminal: whatever they repeat (arguments, files, names, a relay's words) is only text there."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from opconsole.link.tokens import Tokens
from tests.e2e.dirt import Dirt
from tests.e2e.dirty_desk import environment
from tests.e2e.pty_terminal import PtyTerminal
from tests.e2e.relay_process import ROOT
from tests.e2e.terminal_bytes import foreign
from tests.programs import run

pytestmark = pytest.mark.slow

ARGUMENT = "Ж\x1b]52;c;eA==\x07\x9b6n\x1b[6n\u202e\U000e0041z" + "\u0301" * 30
"""As it may stand in a link that somebody is made to paste. (No argument can hold a NUL.)"""
UNDECODABLE = os.fsdecode(b"\xd0\x96\xff\x9b\x1b[6n.toml")

LINES: dict[str, tuple[str, ...]] = {
    "an unknown subcommand": (ARGUMENT,),
    "an unknown option": (f"--{ARGUMENT}",),
    "an unknown language": ("--lang", ARGUMENT),
    "too many arguments": ("logout", ARGUMENT),
    "a relay's address": ("simulate", "--relay", f"http://{ARGUMENT}/", "--seconds", "1"),
    "a port": ("simulate", "--relay", f"http://127.0.0.1:{ARGUMENT}"),
    "a file that is none": ("template", "import", f"{ARGUMENT}.toml"),
    "a file of undecodable name": ("template", "import", UNDECODABLE),
    "a file of another kind": ("template", "import", ARGUMENT),
    "a login of the relay's": ("user", "add", ARGUMENT),
    "an address to listen on": ("relay", "--listen", ARGUMENT),
    "a data folder": ("user", "list", "--data", f"/proc/1/{ARGUMENT}"),
    "an unknown option of the relay's": ("relay", f"--{ARGUMENT}"),
}


def said_in_a_terminal(arguments: tuple[str, ...], home: Path, typed: str = "") -> bytes:
    env = environment(home, Dirt())
    command = [sys.executable, "-m", "opconsole", *arguments]
    with PtyTerminal(command, columns=120, lines=30, env=env, cwd=ROOT) as terminal:
        if typed:
            terminal.wait_for("assword")
            terminal.type(typed)
        terminal.wait_end()
        while terminal.pump(0.2) and not terminal.raw:
            pass
        return bytes(terminal.raw)


@pytest.mark.parametrize("arguments", LINES.values(), ids=LINES)
def test_an_argument_is_repeated_as_text(arguments: tuple[str, ...], tmp_path: Path) -> None:
    said = said_in_a_terminal(arguments, tmp_path)
    assert said.strip(), "something is said"
    assert foreign(said) == []


def test_the_faults_of_a_file_are_told_as_text(tmp_path: Path) -> None:
    dirt = Dirt()
    import tomli_w

    rows = [
        {
            "code": dirt.at("code"),
            "text": "x",
            dirt.at("key", 60): "x",
            "lang": dirt.at("lang", 60),
            "hotkey": dirt.at("hotkey", 60),
        }
    ]
    file = tmp_path / "templates.toml"
    file.write_text(tomli_w.dumps({"template": rows, dirt.at("top", 60): 1}), "utf-8")
    said = said_in_a_terminal(("template", "import", str(file)), tmp_path)
    assert "Ж".encode() in said
    assert foreign(said) == []


def test_the_team_is_listed_as_text(tmp_path: Path) -> None:
    env = environment(tmp_path, Dirt())
    add = [
        sys.executable,
        "-m",
        "server_stub",
        "user",
        "add",
        "anna",
        "--name",
        ARGUMENT[:60],
        "--department",
        ARGUMENT,
    ]
    run(add, env=env, cwd=ROOT, input="a long enough password\n", check=True)
    said = said_in_a_terminal(("user", "list"), tmp_path)
    assert b"anna" in said
    assert "Ж".encode() in said
    assert foreign(said) == []


REFUSAL = "Certainly not: "


class _Refuser(BaseHTTPRequestHandler):
    """Refuses everything, in the dirtiest words."""

    protocol_version = "HTTP/1.1"
    dirt = Dirt()

    def _refuse(self) -> None:
        body = msgspec.json.encode(
            {"code": self.dirt.at("code"), "text": REFUSAL + self.dirt.at("refusal"), "facts": {}}
        )
        self.send_response(503, "No\x9b6n")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _refuse

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def refuser() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Refuser)
    thread = threading.Thread(target=server.serve_forever, name="refuser")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_what_the_relay_says_to_a_login_is_text_on_the_screen_and_in_lines(tmp_path: Path) -> None:
    with refuser() as address:
        command = [sys.executable, "-m", "opconsole", "--relay", address, "--login", "anna"]
        env = environment(tmp_path, Dirt())
        with PtyTerminal(command, columns=120, lines=30, env=env, cwd=ROOT) as terminal:
            terminal.wait_for("Password")
            terminal.type("secret\r")
            terminal.wait_for(REFUSAL + "Ж")
            terminal.press("esc")
            terminal.wait_end()
            assert foreign(bytes(terminal.raw)) == []
        file = tmp_path / "templates.toml"
        file.write_text('[[template]]\ncode = "a"\ntext = "b"\n')
        Tokens(tmp_path / "data", "file").put(address, "anna", "token")
        said = said_in_a_terminal(("template", "import", str(file), "--relay", address, "--login", "anna"), tmp_path)
        assert (REFUSAL + "Ж").encode() in said
        assert foreign(said) == []


def test_what_the_relay_says_to_a_token_is_text_on_the_screen(tmp_path: Path) -> None:
    with refuser() as address:
        Tokens(tmp_path / "data", "file").put(address, "anna", "token")
        command = [sys.executable, "-m", "opconsole", "--relay", address, "--login", "anna"]
        with PtyTerminal(command, columns=120, lines=30, env=environment(tmp_path, Dirt()), cwd=ROOT) as terminal:
            terminal.wait_for(REFUSAL + "Ж")
            terminal.wait_for("Connect now")
            assert foreign(bytes(terminal.raw)) == []
