"""A floor under load whose relay and team are killed: a relay process, a team process, and visitors in this one.

The relay dies by `kill -9` at a moment of its own work (after so many more records, or while it starts), and comes back on the
same port; some times the team's process dies too. In the end everyone settles, and the independent checker judges the logs.
"""

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx
import msgspec
from msgspec import Struct

from opconsole.simulation.crowd import Arrivals, Crowd
from server_stub.journal.people import SignedIn
from tests.e2e.crashes import checker
from tests.e2e.crashes.diary import Diary, DiaryLedger
from tests.e2e.crashes.team import Plan, clock_us
from tests.e2e.relay_process import PASSWORD, ROOT, RelayProcess
from tests.programs import Program

PATIENCE_S: Final = 60.0
LOOK_S: Final = 0.02
START_S: Final = 60.0
DESK: Final = """
name = "crashes"
[times]
first_reply = 20
reply = 20
warn = 5
operator_gone = 10
visitor_left = 10
silent = 20
[limits]
chats = 8
[rates]
visitor_frames_per_s = 50
visitor_frames_burst = 200
new_visitors_per_minute = 60000
new_visitors_burst = 5000
sockets_per_minute = 60000
sockets_burst = 20000
"""


class Size(Struct, frozen=True, kw_only=True):
    kills: int
    operators: int
    visitors: int
    team_kills: int
    """So many times the team's process is killed as well."""
    records: int
    """The relay is killed when it has stored about so many more."""


class LoudRelay(RelayProcess):
    """Whose complaints go to a file: with a pipe that nobody reads it would stand still when it has much to complain about."""

    def spawn(self, port: int = 0) -> "subprocess.Popen[str]":
        with self._complaints.open("w") as file:
            return Program(self.command(port), stdout=subprocess.PIPE, stderr=file, cwd=ROOT)

    @property
    def _complaints(self) -> Path:
        return self.folder.parent / "relay.err"

    def start(self, port: int = 0) -> "RelayProcess":
        """A relay that doesn't say within a minute that it listens is killed, and so has not started."""
        late = threading.Timer(START_S, self._give_up)
        late.start()
        try:
            return super().start(port)
        except AssertionError as error:
            raise AssertionError(f"{error}; it said: {self._complaints.read_text()[-3000:]}") from None
        finally:
            late.cancel()

    def _give_up(self) -> None:
        if self.process is not None:
            self.process.kill()

    def wait(self) -> tuple[int, str]:
        code, _ = super().wait()
        return code, self._complaints.read_text()


class Floor:
    """`async with Floor(...)`: `crash` as often as is wanted, then `judge`."""

    def __init__(self, folder: Path, size: Size, seed: int | str, pace: float = 12.0) -> None:
        self.size = size
        self.starts_s: list[float] = []
        """How long the relay's own starts took."""
        self._seed = seed
        self._pace = pace
        self._dice = Random(f"{seed}/kills")
        self._logs = folder / "logs"
        self._state = folder / "state"
        self._logs.mkdir(parents=True)
        self.relay = LoudRelay(folder / "data", DESK)
        self.database = folder / "data" / "desk.db"
        self._tokens = {f"op{number}": self._token(f"op{number}") for number in range(size.operators)}
        self._team: Program | None = None
        self._lives = 0
        self._head_at_end = 0
        self._http = httpx.AsyncClient(trust_env=False, timeout=2)
        self.crowd: Crowd
        self._living: asyncio.Task[None]

    def _token(self, login: str) -> str:
        self.relay.add(login)
        signed = self.relay.accounts.sign_in(login, PASSWORD)
        assert isinstance(signed, SignedIn)
        return signed.token

    async def __aenter__(self) -> "Floor":
        self.relay.start()
        self._start_team()
        self.crowd = Crowd(
            self.relay.url(""),
            Arrivals(
                seed=self._seed,
                at_most=self.size.visitors,
                at_start=self.size.visitors,
                every_ms=max(1, round(4_000 / self.size.visitors)),
                pace=self._pace,
            ),
            clock_us=clock_us,
            keep=True,
            ledger_of=lambda name: DiaryLedger(name, self._logs, lambda: self._head_at_end),
        )
        self._living = asyncio.create_task(self.crowd.run())
        return self

    async def __aexit__(self, *error: object) -> None:
        self._living.cancel()
        await asyncio.gather(self._living, return_exceptions=True)
        await self.crowd.stop()
        await self._http.aclose()
        if self._team is not None:
            self._team.kill()
            self._team.communicate()
        self.relay.close()

    # ------------------------------------------------------------ the team

    def _start_team(self) -> None:
        self._lives += 1
        plan = Plan(
            relay=self.relay.url(""),
            tokens=self._tokens,
            logs=str(self._logs),
            state=str(self._state),
            database=str(self.database),
            seed=str(self._seed),
            pace=self._pace,
            life=self._lives,
        )
        self._team = Program(
            [sys.executable, "-m", "tests.e2e.crashes.team", msgspec.json.encode(plan).decode()],
            cwd=ROOT,
            stderr=subprocess.PIPE,
        )

    async def _kill_team(self) -> None:
        """`kill -9` while words wait in somebody's outbox, and note what stands on the disks: that must be back."""
        assert self._team is not None
        await self._until(self._words_wait, "words in an outbox")
        self._team.kill()
        self._team.communicate()
        for login in self._tokens:
            diary = Diary(self._logs, login)
            diary.write(killed=True, **self._on_disk(login))
            diary.close()
        self._start_team()

    def _words_wait(self) -> bool:
        return any(each["text"] for login in self._tokens for each in self._on_disk(login)["outbox"])

    def _on_disk(self, login: str) -> dict[str, Any]:
        outbox: list[dict[str, Any]] = []
        drafts: dict[str, str] = {}
        for folder in self._state.glob(f"desks/*-{login}-*/1"):
            if (file := folder / "outbox.json").exists():
                items = [item["command"] for item in json.loads(file.read_bytes())["items"]]
                outbox = [{"id": each["id"], "chat": each.get("chat", 0), "text": each.get("text")} for each in items]
            for name in ("drafts.json", "drafts-now.json"):  # what the second says of a chat is newer
                if (file := folder / name).exists():
                    drafts |= {chat: draft["text"] for chat, draft in json.loads(file.read_bytes()).items()}
        return {"outbox": outbox, "drafts": {chat: text for chat, text in drafts.items() if text}}

    # ------------------------------------------------------------ the relay

    async def crash(self, *, with_team: bool = False) -> None:
        """Wait until all is at work, and kill the relay (now and then also in the middle of its next start). `with_team`: and
        the team's program, while the relay is away."""
        await self.until_at_work()
        goal = checker.head_of(self.database) + self._dice.randrange(self.size.records)
        await self._until(lambda: checker.head_of(self.database) >= goal, f"record {goal}")
        self._kill_relay()
        if self.starts_s and self._dice.random() < 0.2:
            process = self.relay.process = self.relay.spawn(self.relay.port)
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(process.wait, self._dice.random() * self.starts_s[-1])
            self._kill_relay()
        if with_team:
            await self._kill_team()
        began = time.monotonic()
        await asyncio.to_thread(self.relay.start, self.relay.port)
        self.starts_s.append(time.monotonic() - began)
        kill, here = len(self.starts_s), self.crowd.tally()
        print(f"{kill}/{self.size.kills} kills, {here.sent} visitors' messages sent, {here.stored} stored", flush=True)

    def _kill_relay(self) -> None:
        self.relay.signal(signal.SIGKILL)
        code, said = self.relay.wait()
        assert (code, said) == (-signal.SIGKILL, ""), f"it had something to complain about: {said[-3000:]}"

    async def until_at_work(self) -> None:
        """All operators and nearly all visitors who are here have a session."""
        wanted = 0
        async with asyncio.timeout(PATIENCE_S):
            while await self._sessions() < (wanted := self.size.operators + self.crowd.tally().here * 9 // 10):
                self._team_lives()
                await asyncio.sleep(LOOK_S)
        assert wanted > self.size.operators, "no visitor is here: there is no load"

    async def _sessions(self) -> int:
        try:
            return int((await self._http.get(self.relay.url("/healthz"))).json()["sessions"])
        except httpx.TransportError:
            return 0

    def _team_lives(self) -> None:
        assert self._team is not None
        if self._team.poll() is not None:
            raise AssertionError(f"the team ended: {self._team.communicate()[1][-2000:]}")

    async def _until(self, true: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < until, f"in vain waited for {what}"
            self._team_lives()
            await asyncio.sleep(LOOK_S)

    # ------------------------------------------------------------ the end

    async def judge(self) -> list[str]:
        """Everyone settles and ends; then the checker's verdict: what is broken."""
        await self.until_at_work()
        self._living.cancel()
        await asyncio.gather(self._living, return_exceptions=True)
        self._head_at_end = checker.head_of(self.database)
        await self.crowd.finish()
        assert self._team is not None
        self._team.terminate()
        _, said = await asyncio.to_thread(self._team.communicate, None, PATIENCE_S)
        assert (self._team.returncode, said) == (0, ""), said[-2000:]
        code, said_by_relay = await asyncio.to_thread(self.relay.stop)
        assert (code, said_by_relay) == (0, "")
        return [*self.crowd.all_problems(), *checker.judge(self.database, self._logs)]
