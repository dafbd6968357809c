"""The desk's signing key for visitors' tokens: random, made once, readable by its owner only.

Whoever has it can be any visitor; without it all visitors' tokens are void, and each visitor begins anew.
"""

import os
import secrets
from pathlib import Path

KEY_BYTES = 32


class KeyUnusable(Exception):
    """The file is there, but it is no key; the sentence says what to do."""


def visitor_key(path: Path) -> bytes:
    """The key in the file, which is made when it isn't there (whole or not at all). Raises KeyUnusable, OSError."""
    if not path.exists():
        _make(path)
    try:
        key = bytes.fromhex(path.read_text("ascii"))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyUnusable(f"{path} holds no key; restore it, or remove it: then every visitor begins anew")
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return key


def _make(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    fd = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(fd, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # whoever is first wins; a rename would replace the other's key
        except FileExistsError:
            pass
    finally:
        os.unlink(draft)
