"""The relay's refusals in the operator's language. The relay sends a code, an English sentence and facts (`wire.staff.Refused`);
a code that stands here is said in our own words, any other in the relay's."""

from collections.abc import Mapping
from typing import Final

from opconsole.locale.catalog import tr

SENTENCES: Final[Mapping[str, str]] = {}


def refusal_text(code: str, facts: Mapping[str, str | int], fallback: str) -> str:
    """One sentence. `fallback` is the relay's own."""
    msgid = SENTENCES.get(code)
    if msgid is None:
        return fallback
    try:
        return tr(msgid, **dict(facts))
    except (KeyError, IndexError, ValueError):
        return fallback  # an older relay, which sends fewer facts
