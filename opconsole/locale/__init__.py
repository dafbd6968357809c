"""Words, numbers and dates in the operator's language. The English text is the message's id.

    tr("{name} took chat {chat}", name="Olga", chat=12)
    trn("{n} chat waits", "{n} chats wait", count)           # `n` is a fact by itself
    TITLE = mark("Take next")                                # found by the extraction, translated later: tr(TITLE)

A leaf and light at import: gettext is imported only for a language that needs a catalog, Babel never (it extracts and compiles:
`make messages`). What people write (visitors' words, names) is a fact, never part of an id. `set_language` works at run time:
screens that draw themselves from `tr` need only be drawn again.
"""

from opconsole.locale.catalog import LANGUAGES, choose_language, language, mark, set_language, tr, tr_in, trn
from opconsole.locale.events import event_words
from opconsole.locale.refusals import refusal_text
from opconsole.locale.times import ago, clock, clock_in, countdown, date, date_time, day, day_number, span

__all__ = [
    "LANGUAGES",
    "ago",
    "choose_language",
    "clock",
    "clock_in",
    "countdown",
    "date",
    "date_time",
    "day",
    "day_number",
    "event_words",
    "language",
    "mark",
    "refusal_text",
    "set_language",
    "span",
    "tr",
    "tr_in",
    "trn",
]
