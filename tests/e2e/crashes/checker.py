"""The judge of a run with crashes: holds every client's own log against the journal. It shares no code with either side.

It knows the database by its column names and the logs by their lines; only the standard library is imported here (a test sees
to it), so a fault in the program's own way of reading can't hide itself.

    python -m tests.e2e.crashes.checker JOURNAL LOGS        prints what is broken; exit code 1 if anything is

A log is a file of JSON lines, one client each. What a line may be (`{"said": …}` and so on) stands in `diary.py`.
"""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WORDS = ("message_said", "note_added")
"""Kinds of records that are somebody's words: one of each command's, never two."""


@dataclass
class Entry:
    """One entry of a chat's transcript, as the journal has it."""

    seq: int
    chat: int
    n: int
    p: int
    kind: str
    actor: str
    text: str
    cid: str


@dataclass
class Journal:
    """What is stored: transcripts by chat in the order of the journal, and all records by the command that made them."""

    chats: dict[int, list[Entry]] = field(default_factory=dict)
    by_cid: dict[str, list[tuple[int, str, str, Entry | None]]] = field(default_factory=dict)
    head: int = 0
    problems: list[str] = field(default_factory=list)


def head_of(path: Path) -> int:
    """The number of the journal's last record."""
    with closing(_open(path)) as db:
        return int(db.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()[0])


def read_journal(path: Path) -> Journal:
    journal = Journal()
    with closing(_open(path)) as db:
        rows = db.execute("SELECT seq, kind, chat, n, p, actor, body FROM journal ORDER BY seq")
        for seq, kind, chat, n, p, actor, body in rows:
            if seq != journal.head + 1:
                journal.problems.append(f"the journal goes from record {journal.head} to {seq}")
            journal.head = seq
            facts = json.loads(body)
            entry = None
            if n:
                entry = Entry(seq, chat, n, p, kind, actor, facts.get("text", ""), facts.get("cid", ""))
                journal.chats.setdefault(chat, []).append(entry)
            if cid := facts.get("cid"):
                journal.by_cid.setdefault(cid, []).append((seq, kind, actor, entry))
    for chat, entries in journal.chats.items():
        for what, numbers in (("entries", [each.n for each in entries]), ("messages", [e.p for e in entries if e.p])):
            if numbers != list(range(1, len(numbers) + 1)):
                journal.problems.append(f"the journal numbers the {what} of chat {chat} {numbers}")
    for cid, records in journal.by_cid.items():
        numbers = [seq for seq, *_ in records]
        words = [kind for _, kind, *_ in records if kind in WORDS]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or len(words) > 1:
            journal.problems.append(f"command {cid} happened more than once: records {numbers}")
    return journal


def judge(database: Path, logs: Path) -> list[str]:
    """All that is broken, in words; empty: nothing is."""
    journal = read_journal(database)
    files = sorted(logs.glob("*.jsonl"))
    problems = list(journal.problems)
    if not files:
        problems.append(f"there is no log in {logs}")
    stored = 0
    for path in files:
        client = _Client(path, journal)
        for line in _lines(path):
            client.take(line)
        client.close()
        problems += client.problems
        stored += client.stored
    if files and not stored:
        problems.append("nobody was ever told that a message is stored: there was nothing to judge")
    return problems


class _Client:
    """One client's log, read from its first line to its last."""

    def __init__(self, path: Path, journal: Journal) -> None:
        self.name = path.stem
        self.visitor = path.stem.startswith("visitor")
        self.journal = journal
        self.problems: list[str] = []
        self.stored = 0
        self.said: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, tuple[str, int, int]] = {}
        self.shown: dict[int, list[int]] = {}
        """By chat, the numbers in the order in which they were seen first."""
        self.expected: dict[str, Any] | None = None
        """What stood on the disk when the program was killed."""

    def take(self, line: dict[str, Any]) -> None:
        if "said" in line:
            self.said.setdefault(line["said"], line)
        elif "done" in line:
            self._done(line["done"], line["chat"], line["n"])
        elif "refused" in line:
            self._answered(line["refused"], ("refused", 0, 0))
        elif "saw" in line:
            self._saw(line)
        elif "synced" in line:
            self._synced(line)
        elif "ended" in line:
            self._ended(line)
        elif "killed" in line:
            self.expected = line
            for kept in line["outbox"]:
                if kept["text"] is not None:
                    self.said.setdefault(kept["id"], kept)
        elif "started" in line:
            self._started(line)
        else:
            self._broken(f"wrote a line that means nothing: {line}")

    # ------------------------------------------------------------ told

    def _done(self, cid: str, chat: int, n: int) -> None:
        self._answered(cid, ("done", chat, n))

    def _answered(self, cid: str, answer: tuple[str, int, int]) -> None:
        known = self.answers.setdefault(cid, answer)
        if known != answer and cid in self.said:
            self._broken(f"command {cid} was answered {known} and {answer}")

    def close(self) -> None:
        """The log is read: what was told must be what is stored."""
        for cid, said in self.said.items():
            answer, chat, n = self.answers.get(cid, ("", 0, 0))
            found = [entry for _, kind, _, entry in self.journal.by_cid.get(cid, ()) if kind in WORDS and entry]
            if len(found) > 1:
                self._broken(f"message {cid} is stored {len(found)} times")
            if not answer and not any(self._number(each) in self.shown.get(each.chat, ()) for each in found):
                self._broken(f"message {cid} was never answered, nor was it shown")
            elif answer == "refused" and found:
                self._broken(f"message {cid} was refused, and is stored")
            elif answer == "done":
                self.stored += 1
                if not found:
                    self._broken(f"message {cid} was told to be stored, and is not")
                    continue
                entry = found[0]
                if (entry.chat, self._number(entry)) != (chat, n):
                    where = f"{entry.chat}/{self._number(entry)}"
                    self._broken(f"message {cid} was told to be {chat}/{n}, and is {where}")
                if entry.text != said["text"]:
                    self._broken(f"message {cid} was {said['text']!r}, and is stored as {entry.text!r}")
        if self.expected is not None:
            self._broken("was killed, and did not come back")
        self._order()

    def _number(self, entry: Entry) -> int:
        """As this client counts: a visitor knows the public ones alone."""
        return entry.p if self.visitor else entry.n

    def _order(self) -> None:
        """What one client said in one chat stands there in the order in which it was said."""
        last: dict[int, tuple[int, str]] = {}
        for cid in self.said:
            for _, kind, _, entry in self.journal.by_cid.get(cid, ()):
                if entry is None or kind not in WORDS:
                    continue
                before, other = last.get(entry.chat, (0, ""))
                if entry.n < before:
                    self._broken(f"message {cid} was said after {other}, and stands before it")
                last[entry.chat] = (entry.n, cid)

    # ------------------------------------------------------------ shown

    def _truth(self, chat: int) -> list[Entry]:
        entries = self.journal.chats.get(chat, [])
        return [entry for entry in entries if entry.p] if self.visitor else entries

    def _saw(self, line: dict[str, Any]) -> None:
        chat, n = line["saw"], line["n"]
        truth = self._truth(chat)
        if not 0 < n <= len(truth):
            self._broken(f"was shown {chat}/{n}, which is not stored")
            return
        self._compare(truth[n - 1], line)
        seen = self.shown.setdefault(chat, [])
        if n not in seen:
            if seen and n != seen[-1] + 1:
                self._broken(f"was shown {chat}/{n} after {chat}/{seen[-1]}")
            seen.append(n)

    def _compare(self, entry: Entry, shown: dict[str, Any]) -> None:
        if entry.kind not in WORDS:
            return
        by_visitor = entry.actor.startswith("v:")
        if entry.text != shown["text"] or by_visitor != (shown["by"] == "visitor"):
            where = f"{entry.chat}/{shown['n']}"
            self._broken(f"was shown {where} as {shown['text']!r}, stored is {entry.text!r} by {entry.actor}")

    def _synced(self, line: dict[str, Any]) -> None:
        """A visitor asked anew for the whole chat: it must be all that was stored when it asked (`head`), in order."""
        chat, shown, head = line["synced"], line["entries"], line["head"]
        truth = self._truth(chat)
        if [each["n"] for each in shown] != list(range(1, len(shown) + 1)) or len(shown) > len(truth):
            self._broken(f"was synced chat {chat} with the numbers {[each['n'] for each in shown]}")
            return
        for entry, each in zip(truth, shown, strict=False):
            self._compare(entry, each)
        lacking = [entry.n for entry in truth[len(shown) :] if entry.seq <= head]
        if lacking:
            self._broken(f"was synced chat {chat} without {lacking}")

    def _ended(self, line: dict[str, Any]) -> None:
        """An operator's end: of the chats in its hands it must have been shown all that was stored by then (`head`)."""
        for chat in line["holds"]:
            seen = set(self.shown.get(chat, ()))
            lacking = [entry.n for entry in self._truth(chat) if entry.seq <= line["head"] and entry.n not in seen]
            if lacking:
                self._broken(f"lacks {lacking} of chat {chat} in its hands")

    # ------------------------------------------------------------ killed and back

    def _started(self, line: dict[str, Any]) -> None:
        """The program is there again: what stood on the disk must be in its hands, and nothing else."""
        expected, self.expected = self.expected, None
        if expected is None:
            return
        kept = [each["id"] for each in expected["outbox"]]
        if kept != line["outbox"]:
            self._broken(f"came back with the outbox {line['outbox']}, on the disk was {kept}")
        if expected["drafts"] != line["drafts"]:
            self._broken(f"came back with the drafts {line['drafts']}, on the disk was {expected['drafts']}")

    def _broken(self, what: str) -> None:
        self.problems.append(f"{self.name}: {what}")


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Whole lines; a client that was killed while it wrote leaves half of one, and goes on after it in the next."""
    for line in path.read_bytes().split(b"\n"):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            yield found


def main() -> int:
    problems = judge(Path(sys.argv[1]), Path(sys.argv[2]))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
