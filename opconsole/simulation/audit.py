"""The judgement on a shift: what clients were told is held against the transcripts as a supervisor fetches them. Pure.

`judge` believes the ledgers about what was sent, acknowledged and seen, and the transcripts about nothing but themselves:
their numbers must run without gaps, and every acknowledged message must stand in them exactly once.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from opconsole.simulation.ledger import Ledger, Sent, percentile
from opconsole.wire.messages import Kind, Message

PROBLEMS: Final = 50
"""So many are told in words."""

Transcripts = Mapping[int, Sequence[Message]]
"""By chat, all entries."""


class Chats(Struct, kw_only=True):
    opened: int = 0
    answered: int = 0
    rescued: int = 0
    """How often a chat went back to the inbox because a reply was overdue."""
    refused_by_limit: int = 0
    """How often an operator was refused one more chat."""
    abandoned: int = 0
    """Closed without an answer, because the visitor left or ended it."""
    reopened: int = 0
    closed: int = 0


class Messages(Struct, kw_only=True):
    sent: int = 0
    """Messages that clients asked the relay to store."""
    stored: int = 0
    """Of these, acknowledged."""
    refused: int = 0
    delivered: int = 0
    """Of the stored ones, those that the other side has."""
    lost: int = 0
    doubled: int = 0


class Times(Struct):
    """Milliseconds."""

    p50: float = 0.0
    p99: float = 0.0


class Latency(Struct, kw_only=True):
    stored: Times
    """From sending a message to its acknowledgement, which comes after the commit."""
    delivered: Times
    """From sending a message to the other side's client having it, where there is one: the chat is held, the visitor there."""


class Verdict(Struct, kw_only=True):
    chats: Chats
    messages: Messages
    problems: list[str]


def times_of(values_us: Iterable[int]) -> Times:
    """Percentiles of microseconds, in milliseconds."""
    values = sorted(values_us)
    return Times(percentile(values, 50) / 1000, percentile(values, 99) / 1000)


def judge(
    visitors: Sequence[Ledger], operators: Sequence[Ledger], transcripts: Transcripts, ended_at: int = 2**63
) -> Verdict:
    """Hold everybody's ledger against the transcripts. `visitors`: compared with a fresh sync of their own already.

    `ended_at`: what happened to chats after that time (ms, the relay's) is not counted: the shift was over, and all went home."""
    problems = [problem for ledger in (*visitors, *operators) for problem in ledger.problems]
    problems += [f"chat {chat} has a gap" for chat, entries in transcripts.items() if _has_gap(entries)]
    logs = {chat: log for ledger in visitors for chat, log in ledger.seen.items()}
    messages = Messages()
    entries = _own_entries(transcripts)
    for ledger in (*visitors, *operators):
        by_visitor = ledger in visitors
        for sent in ledger.sent.values():
            found = entries.get(sent.id, [])
            messages.sent += 1
            messages.refused += bool(sent.refused)
            if len(found) > 1:
                messages.doubled += 1
                problems.append(f"{ledger.name}: message {sent.id} stands {len(found)} times")
            if sent.refused and found:
                problems.append(f"{ledger.name}: message {sent.id} was refused, and stands in chat {found[0].chat}")
            if not sent.n:
                continue
            messages.stored += 1
            if not any(_is(each, sent) for each in found):
                messages.lost += 1
                problems.append(f"{ledger.name}: message {sent.id} was stored as {sent.chat}/{sent.n}, and isn't there")
            elif by_visitor or sent.n in logs.get(sent.chat, ()):
                messages.delivered += 1
    for ledger in visitors:
        for chat in ledger.synced:
            missing, differences = _difference(ledger, chat, transcripts.get(chat, ()))
            messages.lost += missing
            problems += differences
    if not messages.stored:
        problems.append("nothing was stored: there was no shift to judge")
    return Verdict(chats=_chats(operators, transcripts, ended_at), messages=messages, problems=problems[:PROBLEMS])


def _has_gap(entries: Sequence[Message]) -> bool:
    numbers = [entry.n for entry in entries]
    public = [entry.p for entry in entries if entry.p]
    return numbers != list(range(1, len(numbers) + 1)) or public != list(range(1, len(public) + 1))


def _own_entries(transcripts: Transcripts) -> dict[str, list[Message]]:
    """Public messages by the id of the command that made them."""
    found: dict[str, list[Message]] = {}
    for transcript in transcripts.values():
        for entry in transcript:
            if entry.kind is Kind.say and entry.cid:
                found.setdefault(entry.cid, []).append(entry)
    return found


def _is(entry: Message, sent: Sent) -> bool:
    """Whether it is what was sent, where it was stored. (Words that were changed since are others.)"""
    return (entry.chat, entry.p) == (sent.chat, sent.n) and (entry.text == sent.text or entry.version > 0)


def _difference(ledger: Ledger, chat: int, transcript: Sequence[Message]) -> tuple[int, list[str]]:
    """What the visitor's own fresh sync of the chat lacks of the team's transcript, and where else the two differ."""
    shown = {n: (seen.text, seen.by == "visitor") for n, seen in ledger.seen.get(chat, {}).items()}
    stored = {
        entry.p: ("" if entry.kind is Kind.change else entry.text, entry.by == "visitor")
        for entry in transcript
        if entry.p
    }
    missing = stored.keys() - shown.keys()
    differing = [n for n in shown if shown[n] != stored.get(n)]
    problems = [f"{ledger.name}: lacks {chat}/{n}" for n in sorted(missing)]
    return len(missing), problems + [f"{ledger.name}: {chat}/{n} is not what the team reads" for n in differing]


def _chats(operators: Sequence[Ledger], transcripts: Transcripts, ended_at: int) -> Chats:
    chats = Chats(opened=len(transcripts), refused_by_limit=sum(each.refusals.get("limit", 0) for each in operators))
    for whole in transcripts.values():
        transcript = [entry for entry in whole if entry.at <= ended_at]
        events = [entry.text for entry in transcript if entry.kind is Kind.event]
        answered = any(entry.kind is Kind.say and entry.by != "visitor" for entry in transcript)
        chats.answered += answered
        chats.rescued += events.count("rescued")
        chats.reopened += events.count("reopened")
        chats.closed += bool(events) and "closed" in events
        ends = [entry.by for entry in transcript if entry.kind is Kind.event and entry.text == "closed"]
        chats.abandoned += not answered and any(by in ("", "visitor") for by in ends)
    return chats
