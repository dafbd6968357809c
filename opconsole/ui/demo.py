"""What `opconsole demo` tells the console that it opens: where one can write as a visitor."""

from os import environ
from typing import Final

from opconsole.wire.text import clean_line

SHOP_VARIABLE: Final = "OPCONSOLE_DEMO_SHOP"
"""The sample shop's address; absent: this is no demo."""


def shop_address() -> str:
    return clean_line(environ.get(SHOP_VARIABLE, ""))[:200]
