"""What is told in plain lines: a chat, an entry, a move, each in one line that can be read aloud, cut with `cut` and found with `grep`.

A line's parts come in one order: when, which chat (`#5`), who, what. Nothing is told by colour or by a picture.
"""

from opconsole.locale import clock, countdown, event_words, tr, trn
from opconsole.locale.files import file_words
from opconsole.state.following import ChatTold, GapTold, GoneTold, LinkTold, MessageTold, Told
from opconsole.wire.text import clean_line

NEW_LINE = " ⏎ "
"""Where a text of several lines had a new one."""


def one_line(text: str) -> str:
    return clean_line(NEW_LINE.join(line.strip() for line in text.splitlines() if line.strip()))


def name_of(chat: int, name: str) -> str:
    return one_line(name) or tr("Visitor {chat}", chat=chat)


def chat_line(chat: ChatTold, now: int) -> str:
    """One chat as it stands. `now`: the relay's clock, ms."""
    parts = [f"#{chat.chat}", _where(chat), name_of(chat.chat, chat.name), *_facts(chat, now)]
    words = one_line(chat.words)
    return " · ".join(part for part in parts if part) + (f": {words}" if words else "")


def _where(chat: ChatTold) -> str:
    match chat.place:
        case "inbox":
            return tr("waits")
        case "snoozed":
            return tr("put aside") if chat.mine else tr("put aside by {name}", name=chat.owner_name or chat.owner)
        case "held":
            return tr("mine") if chat.mine else tr("{name} has it", name=chat.owner_name or chat.owner)
        case _:
            return tr("closed")


def _facts(chat: ChatTold, now: int) -> list[str]:
    """What must be known of it before its words are."""
    facts = [chat.channel if chat.channel != "site" else ""]
    if chat.place == "inbox" and chat.waiting_since:
        facts.append(tr("for {time}", time=countdown(max(0, now - chat.waiting_since))))
    if chat.rescue_at:
        facts.append(tr("a reply is owed, rescue in {time}", time=countdown(chat.rescue_at - now)))
    elif chat.owes_since and chat.place != "inbox":
        facts.append(tr("a reply is owed"))
    if chat.unread:
        facts.append(trn("{n} unread", "{n} unread", chat.unread))
    if chat.rescues:
        facts.append(trn("rescued {n} time", "rescued {n} times", chat.rescues))
    if chat.alarm:
        facts.append(tr("nobody else is left for it"))
    return facts


def told_line(told: Told, names: dict[int, str], now: int) -> str:
    """A happening in one line. `names`: of the chats' visitors, as far as they are known. `now`: the relay's clock, ms."""
    match told:
        case MessageTold():
            return f"{clock(told.at)} #{told.chat} {entry_words(told, names.get(told.chat, ''))}"
        case ChatTold():
            return f"{clock(now)} {chat_line(told, now)}"
        case GoneTold():
            return f"{clock(now)} #{told.chat} {_gone(told)}"
        case GapTold():
            some = told.before - told.after - 1
            missed = trn("{n} entry was missed", "{n} entries were missed", some)
            return f"{clock(told.at)} #{told.chat} {missed}"
        case LinkTold():
            return f"{clock(now)} {link_words(told)}"


def _gone(told: GoneTold) -> str:
    match told.why:
        case "taken" | "transferred" if told.by:
            return tr("{name} has it", name=told.by)
        case "closed":
            return tr("closed")
        case "returned":
            return tr("back in the inbox")
        case "rescued":
            return tr("rescued: back in the inbox")
        case "erased":
            return tr("its content was erased")
    return tr("no longer to be seen")


def link_words(told: LinkTold) -> str:
    match told.state:
        case "live":
            return tr("The link is live.")
        case "stopped":
            return told.why or tr("The link has ended.")
    return tr("No link: {why} It is tried again.", why=told.why)


def entry_words(entry: MessageTold, visitor: str) -> str:
    """Who said or did what. `visitor`: the visitor's name, if the entry has none."""
    who = name_of(entry.chat, entry.name or visitor) if entry.by == "visitor" else one_line(entry.name or entry.by)
    match entry.kind:
        case "event":
            return event_words(entry.text, one_line(entry.name), one_line(entry.to))
        case "note":
            return tr("{name} notes: {words}", name=who, words=_words(entry))
        case "change" if entry.deleted_by:
            return tr("{name} deleted entry {n}", name=who, n=entry.of)
        case "change":
            return tr("{name} changed entry {n}: {words}", name=who, n=entry.of, words=_words(entry))
    return f"{who}: {_words(entry)}"


def _words(entry: MessageTold) -> str:
    words = one_line(entry.text)
    if entry.file is not None:
        file = file_words(one_line(entry.file.name), entry.file.type, entry.file.size)
        return f"{file} {words}".rstrip()
    return words or (tr("(deleted)") if entry.deleted_by else tr("(erased)"))
