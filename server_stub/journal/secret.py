"""The desk's keys: random, readable by their owner only, a file each. Several in one file: the newest first.

visitor.key    signs visitors' tokens. Whoever has it can be any visitor; without it every visitor begins anew
site.key       shared with the desk's sites, which sign for their customers with it (`opconsole site-key`)
customer.key   makes the ids of those customers: without it they would all be somebody new. It never changes
"""

import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

KEY_BYTES: Final = 32
KEYS: Final = 8
"""Keys that count at once in one file."""
SITE_KEY_VARIABLE: Final = "OPCONSOLE_SITE_KEY"
"""Goes before the file: one key, or several (the newest first) with spaces between."""


class KeyUnusable(Exception):
    """The file is there, but it holds no key; the sentence says what to do."""


def signing_keys(path: Path) -> list[bytes]:
    """The keys in the file, which is made when it isn't there (whole or not at all). Raises KeyUnusable, OSError."""
    if not path.exists():
        _make(path, [secrets.token_hex(KEY_BYTES)])
    return [bytes.fromhex(line) for line in _lines(path)]


def site_keys(path: Path, environment: Mapping[str, str]) -> list[str]:
    """What sites may sign with, as text; none: no file and no variable. Raises KeyUnusable, OSError."""
    given = environment.get(SITE_KEY_VARIABLE, "").split()
    if any(len(key.encode()) < KEY_BYTES for key in given):
        raise KeyUnusable(f"a key in {SITE_KEY_VARIABLE} is shorter than {KEY_BYTES} bytes: it could be guessed")
    return given or (_lines(path) if path.exists() else [])


def add_key(path: Path) -> str:
    """Put a new key before the others, which still count. Raises KeyUnusable, OSError."""
    key = secrets.token_hex(KEY_BYTES)
    if not path.exists():
        _make(path, [key])
        return _lines(path)[0]
    _replace(path, [key, *_lines(path)][:KEYS])
    return key


def retire_keys(path: Path) -> int:
    """Only the newest key counts from now on; how many have ceased to. Raises KeyUnusable, OSError."""
    keys = _lines(path) if path.exists() else []
    if len(keys) > 1:
        _replace(path, keys[:1])
    return max(0, len(keys) - 1)


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_text("ascii").split()
        good = all(len(bytes.fromhex(line)) == KEY_BYTES for line in lines)
    except ValueError:
        lines, good = [], False
    if not lines or not good:
        raise KeyUnusable(
            f"{path} holds no key; restore it, or remove it: then there is a new one, and the old counts no more"
        )
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return lines


def _make(path: Path, keys: Sequence[str]) -> None:
    draft = _draft(path, keys)
    try:
        os.link(draft, path)  # whoever is first wins; a rename would replace the other's key
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)


def _replace(path: Path, keys: Sequence[str]) -> None:
    os.replace(_draft(path, keys), path)


def _draft(path: Path, keys: Sequence[str]) -> Path:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    fd = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(fd, "w", encoding="ascii") as file:
            file.write("".join(f"{key}\n" for key in keys))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        os.unlink(draft)
        raise
    return draft
