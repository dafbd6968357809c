"""A whole shift without a screen: visitors, scripted operators and an auditor at one relay; a report at the end.

The relay is somebody else's business (`stage.py` runs one): here it is an address and the team's logins.
"""

import asyncio
import time
from collections.abc import Sequence
from random import Random
from typing import Final

from msgspec import Struct

from opconsole.link.failures import LinkTrouble
from opconsole.link.login import LoggedIn, log_in
from opconsole.link.session import Ready, wall_ms
from opconsole.simulation.audit import Chats, Latency, Messages, Transcripts, judge, times_of
from opconsole.simulation.auditor import Auditor
from opconsole.simulation.crowd import Arrivals, Crowd
from opconsole.simulation.deliveries import Deliveries
from opconsole.simulation.operator_client import OperatorClient
from opconsole.simulation.operator_mind import Manner, OperatorMind
from opconsole.simulation.stage import Colleague
from opconsole.state import selectors

SETTLE_SECONDS: Final = 5.0
HOLD_MS: Final = 500
"""Every second operator holds replies back for so long, and takes some of them back."""


class Plan(Struct, frozen=True, kw_only=True):
    seconds: float
    seed: int | str
    arrivals: Arrivals
    manner: Manner


class Report(Struct, kw_only=True):
    """What a shift came to. `ok`: nothing was lost or doubled, and nothing else was wrong."""

    ok: bool
    seed: int | str
    seconds: float
    visitors: int
    operators: int
    chats: Chats
    messages: Messages
    latency_ms: Latency
    reconnects: int
    problems: list[str]


class ShiftFailed(Exception):
    """The shift could not begin, or could not be judged; a sentence."""


def clock_us() -> int:
    return time.monotonic_ns() // 1000


async def work_shift(relay: str, team: Sequence[Colleague], auditor: Colleague, plan: Plan) -> Report:
    """Let the team work for so long; then everyone stops, settles, and is judged. Raises `ShiftFailed`."""
    deliveries = Deliveries()
    tokens = await asyncio.gather(*(_token(relay, each) for each in (*team, auditor)))
    operators = [
        OperatorClient(
            Ready(relay, each.login, token),
            OperatorMind(plan.manner, Random(f"{plan.seed}/{each.login}/mind")),
            deliveries=deliveries,
            clock_us=clock_us,
            dice=Random(f"{plan.seed}/{each.login}"),
            hold_ms=HOLD_MS if number % 2 else 0,
        )
        for number, (each, token) in enumerate(zip(team, tokens, strict=False))
    ]
    crowd = Crowd(relay, plan.arrivals, clock_us=clock_us, deliveries=deliveries, keep=True)
    living = [asyncio.create_task(crowd.run()), *(asyncio.create_task(each.run()) for each in operators)]
    try:
        done, _ = await asyncio.wait(living, timeout=plan.seconds, return_when=asyncio.FIRST_EXCEPTION)
        stumbles = [repr(task.exception()) for task in done if task.exception() is not None]
        ended_at = wall_ms()
    finally:
        for task in living:
            task.cancel()
        await asyncio.gather(*living, return_exceptions=True)
    try:
        stumbles += await _settle(operators)
        await crowd.finish()
        transcripts = await _read_all(relay, tokens[-1])
        stumbles += _not_as_synced(operators, transcripts)
    finally:
        await asyncio.gather(*(each.close() for each in operators))
    visitors = [client.ledger for client in crowd.clients]
    team_ledgers = [each.ledger for each in operators]
    verdict = judge(visitors, team_ledgers, transcripts, ended_at)
    problems = [*crowd.problems, *stumbles, *verdict.problems]
    return Report(
        ok=not (verdict.messages.lost or verdict.messages.doubled or problems),
        seed=plan.seed,
        seconds=plan.seconds,
        visitors=len(visitors),
        operators=len(operators),
        chats=verdict.chats,
        messages=verdict.messages,
        latency_ms=Latency(
            stored=times_of(us for ledger in (*visitors, *team_ledgers) for us in ledger.stored_us),
            delivered=times_of(deliveries.delivered_us),
        ),
        reconnects=crowd.tally().reconnects,
        problems=problems,
    )


async def _token(relay: str, who: Colleague) -> str:
    got = await log_in(relay, who.login, who.password)
    if not isinstance(got, LoggedIn):
        raise ShiftFailed(got.text)
    return got.token


async def _settle(operators: Sequence[OperatorClient]) -> list[str]:
    try:
        await asyncio.wait_for(asyncio.gather(*(each.settle() for each in operators)), SETTLE_SECONDS)
    except TimeoutError:
        return ["an operator's commands were not answered to the end"]
    return []


async def _read_all(relay: str, token: str) -> Transcripts:
    try:
        auditor = await Auditor.open(relay, token)
        try:
            return await auditor.transcripts()
        finally:
            await auditor.close()
    except (LinkTrouble, TimeoutError) as error:
        raise ShiftFailed(f"the transcripts could not be read: {error}") from None


def _not_as_synced(operators: Sequence[OperatorClient], transcripts: Transcripts) -> list[str]:
    """The law *live = synced*: what the operators' consoles hold of their chats is what the relay has."""
    problems = []
    for each in operators:
        for mine in selectors.mine(each.store):
            held = selectors.transcript(each.store, mine.card.chat).entries
            truth = {entry.n: entry for entry in transcripts.get(mine.card.chat, ())}
            if any(truth.get(entry.n) != entry for entry in held):
                problems.append(f"{each.ledger.name}: chat {mine.card.chat} on the screen is not what is stored")
    return problems
