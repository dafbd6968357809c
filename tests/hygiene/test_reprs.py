"""A value that holds a secret does not show it when it is printed: a log line or an exception's text would carry it."""

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import Struct

import opconsole
import server_stub

SECRET = re.compile(r"(?:^|_)(?:token|password|secret|passphrase|otp_key|totp_secret|private_key)$")
MARK = "hunter2hunter2"
HARMLESS = {"About"}
"""Types whose field is no secret though its name sounds so (`About.token`: whether a route wants one)."""


def kinds() -> Iterator[type[Any]]:
    for package in (opconsole, server_stub):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" in found.name or found.name.endswith("__main__"):
                continue
            for kind in vars(importlib.import_module(found.name)).values():
                if isinstance(kind, type) and kind.__module__ == found.name and kind.__name__ not in HARMLESS:
                    yield kind


def secret_fields(kind: type[Any]) -> list[str]:
    if issubclass(kind, Struct):
        names = list(kind.__struct_fields__)
    elif dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(kind) if field.repr]
    else:
        return []
    return [name for name in names if SECRET.search(name)]


HOLDERS = {kind for kind in kinds() if secret_fields(kind)}


def shown(kind: type[Any]) -> str:
    """How a value prints whose every field holds a harmless stand-in, and whose secrets hold the mark."""

    class Anything:
        login = name = "anna"

        def __repr__(self) -> str:
            return "…"

    names = kind.__struct_fields__ if issubclass(kind, Struct) else [field.name for field in dataclasses.fields(kind)]
    value = kind(**{name: MARK if SECRET.search(name) else Anything() for name in names})
    return repr(value)


@pytest.mark.parametrize("kind", sorted(HOLDERS, key=str), ids=lambda kind: kind.__name__)
def test_a_value_that_holds_a_secret_does_not_print_it(kind: type[Any]) -> None:
    assert MARK not in shown(kind)


def test_the_holders_of_secrets_are_found() -> None:
    assert {"LoginForm", "VisitorHello", "SignedIn", "Ready", "LoggedIn", "DeskFile"} <= {
        kind.__name__ for kind in HOLDERS
    }


def test_a_value_that_prints_its_secret_would_be_seen() -> None:
    class Loose(Struct):
        token: str

    assert secret_fields(Loose) == ["token"]
    assert MARK in shown(Loose)
