"""What argparse says of wrong arguments, in the operator's language: it has sentences of its own, and no Russian. Imported when one is told."""

import re
from typing import Final

from opconsole.locale import language, mark, tr

_SENTENCES: Final = (
    (r"the following arguments are required: (?P<names>.+)", mark("missing: {names}")),
    (r"unrecognized arguments: (?P<names>.+)", mark("not understood: {names}")),
    (r"argument (?P<name>[^:]+): expected (?:one|at least one) argument", mark("{name} wants a value")),
    (
        r"argument (?P<name>[^:]+): invalid choice: (?P<value>.+?) \(choose from (?P<choices>.+)\)",
        mark("{name} can't be {value}; there are {choices}"),
    ),
    (r"argument (?P<name>[^:]+): invalid \w+ value: (?P<value>.+)", mark("{name} can't be {value}")),
    (
        r"argument (?P<name>[^:]+): not allowed with argument (?P<other>.+)",
        mark("{name} and {other} exclude each other"),
    ),
)


def usage_words(message: str) -> str:
    """The sentence as it is shown; one that isn't known stays as it is."""
    if language() == "en":
        return message
    for pattern, words in _SENTENCES:
        if (match := re.fullmatch(pattern, message)) is not None:
            return tr(words, **match.groupdict())
    return message


def help_words(text: str) -> str:
    """A parser's help with argparse's own words in the language in use."""
    for english, words in (
        ("usage:", tr("usage:")),
        ("positional arguments:", tr("positional arguments:")),
        ("options:", tr("options:")),
    ):
        text = re.sub(f"(?m)^{english}", words, text, count=1)
    for english, words in (
        ("show this help message and exit", tr("show this help message and exit")),
        ("show program's version number and exit", tr("show program's version number and exit")),
    ):
        text = text.replace(english, words, 1)
    return text
