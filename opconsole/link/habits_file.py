"""Habits on disk (`state.habits`): one small private file for each relay and login. Blocking: call it in a thread.

Nothing in it is worth a stop: a file that can't be read or understood is as if there were none (a damaged one is kept aside). Of two
consoles of one person the one that wrote last is remembered.
"""

import logging
from pathlib import Path
from typing import Final

from opconsole.link.outbox_file import folder_of
from opconsole.link.private_file import write_private
from opconsole.state.habits import Habits, HabitsDamaged

NAME: Final = "habits.json"
LARGEST_BYTES: Final = 256 * 1024

log = logging.getLogger(__name__)


def habits_file(state_dir: Path, relay: str, login: str, name: str = NAME) -> Path:
    return folder_of(state_dir, relay, login) / name


def read_habits(path: Path) -> Habits:
    """What is kept, or nothing."""
    habits = Habits()
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise HabitsDamaged("too large")
        habits.load(path.read_bytes())
    except FileNotFoundError:
        pass
    except OSError as error:
        log.warning("%s can't be read: %s", path, error)
    except HabitsDamaged as damage:
        log.warning("%s is damaged (%s) and is kept aside", path, damage)
        _aside(path)
    return habits


def write_habits(path: Path, blob: bytes) -> None:
    """Whole or not at all; a fault is only logged."""
    try:
        write_private(path, blob, durable=False)
    except OSError as error:
        log.warning("%s can't be written: %s", path, error)


def _aside(path: Path) -> None:
    try:
        path.replace(path.with_name(f"{path.name}.damaged"))
    except OSError as error:
        log.warning("%s can't be moved aside: %s", path, error)
