"""Templates within templates: `{>greeting}` becomes the text of /greeting, which may put others in, too. Bounded in depth, number and size.

The text that stands in comes in as it is written, so its placeholders are asked for with the others, each name once. Which variant of
the code it is the caller's look-up says: the one for the same visitor and channel.
"""

import re
from collections.abc import Callable
from typing import Final

from opconsole.locale import tr
from opconsole.wire import limits
from opconsole.wire.text import fits_bytes

DEPTH: Final = 5
"""A template in a template in a template …: so many within the first one."""
PARTS: Final = 50
"""So many are put in, in all."""

Lookup = Callable[[str], str | None]
"""By code: the text; None: there is none."""

_TOKEN: Final = re.compile(r"\{\{|\}\}|\{>[ \t]*/?([^\s/{}|]{1,32})[ \t]*\}")


class IncludeFault(ValueError):
    """Why it can't be put together: a sentence for the operator."""


def expand(text: str, lookup: Lookup, code: str = "") -> str:
    """The text with all that it puts in. `code`: the template's own, so that it is not put into itself. Raises `IncludeFault`."""
    if "{>" not in text:
        return text
    left = [PARTS]
    whole = _expand(text, lookup, (code,) if code else (), left)
    if not fits_bytes(whole, limits.TEXT_BYTES):
        raise IncludeFault(
            tr("With all that it puts in, the text is too long: at most {most} bytes.", most=limits.TEXT_BYTES)
        )
    return whole


def _expand(text: str, lookup: Lookup, path: tuple[str, ...], left: list[int]) -> str:
    def put_in(match: re.Match[str]) -> str:
        code = match[1]
        if code is None:  # a brace that is written twice
            return match[0]
        way = " → ".join(f"/{each}" for each in (*path, code))
        if code.casefold() in (each.casefold() for each in path):
            raise IncludeFault(tr("/{code} would stand within itself: {way}.", code=code, way=way))
        if len(path) > DEPTH:
            raise IncludeFault(tr("Templates stand within templates too deep: {way}.", way=way))
        left[0] -= 1
        if left[0] < 0:
            raise IncludeFault(tr("It puts in too many templates: at most {most}.", most=PARTS))
        found = lookup(code)
        if found is None:
            raise IncludeFault(tr("There is no template /{code}, which it puts in.", code=code))
        return _expand(found, lookup, (*path, code), left)

    return _TOKEN.sub(put_in, text)
