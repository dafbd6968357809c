"""The stage of a demo: a relay of its own, run as a program on a folder of its own, with its people. Started and struck here.

The relay is only known by how it is called (`python -m server_stub`): nothing of it is imported. Blocking code, for a program's
start and end; it may also be called in a thread.
"""

import json
import queue
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, Final

from msgspec import Struct

START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 15.0
_READY: Final = re.compile(r"listening on (https?://\S+)")


class StageFailed(Exception):
    """The relay, or one of its commands, did not do what it was asked; a sentence of its own words."""


class Colleague(Struct, frozen=True, kw_only=True):
    """Somebody of the team, with a password that lives as long as the demo."""

    login: str
    name: str
    role: str = "operator"
    limit: int = 0
    """Chats at once; 0: the desk's limit."""
    password: str = ""

    def __repr__(self) -> str:
        return f"Colleague(login={self.login!r}, role={self.role!r})"


def colleague(login: str, name: str, role: str = "operator", limit: int = 0) -> Colleague:
    return Colleague(login=login, name=name, role=role, limit=limit, password=secrets.token_urlsafe(18))


class RelayProgram:
    """`python -m server_stub relay` on a data folder. It has a session of its own, so Ctrl-C in the terminal is not its end."""

    def __init__(self, data: Path, log: Path) -> None:
        self.data = data
        self.url = ""
        self._log_path = log
        self._log: IO[bytes] | None = None
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()

    def start(self, listen: str = "127.0.0.1:0", timeout: float = START_SECONDS) -> str:
        """Start it, and wait until it says that it listens; returns its address. Raises `StageFailed`."""
        self._log = self._log_path.open("ab")
        self._process = subprocess.Popen(  # our own program  # noqa: S603  # nosec B603
            [sys.executable, "-m", "server_stub", "relay", "--data", str(self.data), "--listen", listen],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True).start()
        until = time.monotonic() + timeout
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                self.stop()
                raise StageFailed(f"the relay was not ready within {timeout:.0f} s{self._last_words()}") from None
            if line is None:
                self.stop()
                raise StageFailed(f"the relay did not start{self._last_words()}")
            if found := _READY.search(line):
                self.url = found[1]
                return self.url

    @property
    def pid(self) -> int:
        return 0 if self._process is None else self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> int:
        """Ask it to end, and see that it does; its exit code. Twice does no harm."""
        process = self._process
        if process is None:
            return 0
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._log is not None:
            self._log.close()
        return process.returncode

    def complaints(self) -> list[str]:
        """What it wrote on standard error."""
        return self._log_path.read_text("utf-8", "replace").splitlines() if self._log_path.exists() else []

    def _last_words(self) -> str:
        complaints = self.complaints()
        return f": {complaints[-1]}" if complaints else ""

    def _read(self, stdout: IO[str]) -> None:
        with stdout:
            for line in stdout:
                self._lines.put(line)
        self._lines.put(None)


def add_people(data: Path, people: Iterable[Colleague]) -> None:
    """Make accounts, all at once; the passwords go over standard input. Raises `StageFailed`."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(lambda each: _add(data, each), people))


def _add(data: Path, who: Colleague) -> None:
    facts = ["--name", who.name, "--role", who.role, *(["--limit", str(who.limit)] if who.limit else [])]
    done: subprocess.CompletedProcess[Any] = subprocess.run(  # our own program  # noqa: S603  # nosec B603
        [sys.executable, "-m", "server_stub", "user", "add", who.login, "--data", str(data), *facts],
        input=f"{who.password}\n",
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    if done.returncode:
        raise StageFailed(done.stderr.strip() or f"the account {who.login} could not be made")


class DeskTimes(Struct, frozen=True, kw_only=True):
    """What a demo's desk has otherwise than a real one. Seconds."""

    first_reply: float
    reply: float
    warn: float
    visitor_left: float
    silent: float
    operator_gone: float
    target: float


def write_desk(data: Path, name: str, times: DeskTimes, checklist: Sequence[tuple[str, str, str]] = ()) -> None:
    """`desk.toml` of a demo. All its visitors come from one address, and the scripted ones may type quicker than people.

    `checklist`: of each step its id, what it is called and the code of its template; the last one is required."""
    steps = "".join(
        f"\n[[departments.general.checklist]]\nid = {json.dumps(step)}\ntitle = {json.dumps(title)}\n"
        f"template = {json.dumps(template)}\nrequired = {'true' if number == len(checklist) else 'false'}\n"
        for number, (step, title, template) in enumerate(checklist, 1)
    )
    data.mkdir(parents=True, exist_ok=True)
    (data / "desk.toml").write_text(
        f'name = "{name}"\n\n'
        "[times]  # seconds; shorter than in life, so that one sees what happens\n"
        f"first_reply = {times.first_reply}\n"
        f"reply = {times.reply}\n"
        f"warn = {times.warn}\n"
        f"visitor_left = {times.visitor_left}\n"
        f"silent = {times.silent}\n"
        f"operator_gone = {times.operator_gone}\n\n"
        f"[targets]\nsite = {times.target}\n\n"
        "[rates]\nvisitor_frames_per_s = 50\nnew_visitors_per_minute = 6000\nnew_visitors_burst = 1000\n"
        "sockets_per_minute = 60000\nsockets_burst = 5000\n" + steps,
        "utf-8",
    )
