"""My status as it is typed, in English and in Russian: the wire's names, what the console calls them, and what people say. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from opconsole.wire.cards import Status

STATUS_WORDS: Final[Mapping[str, Status]] = {
    "online": Status.online, "busy": Status.busy, "away": Status.away, "offline": Status.offline,
    "онлайн": Status.online, "на связи": Status.online, "занят": Status.busy, "занята": Status.busy,
    "отошел": Status.away, "отошла": Status.away, "перерыв": Status.away, "офлайн": Status.offline, "не в сети": Status.offline,
}  # fmt: skip
"""Without case, `ё` as `е`."""
_MOST_WORDS: Final = max(len(words.split()) for words in STATUS_WORDS)


def status_of(words: Sequence[str]) -> tuple[Status, int] | None:
    """The status that these words begin with, and how many of them name it: the rest is the reason. None: they name none."""
    folded = [word.casefold().replace("ё", "е") for word in words[:_MOST_WORDS]]
    for count in range(len(folded), 0, -1):
        if (status := STATUS_WORDS.get(" ".join(folded[:count]))) is not None:
            return status, count
    return None
