"""What is common to all events."""

import re
from typing import Literal

from msgspec import Struct


def tag_of(name: str) -> str:
    """The kind of a class of events, from its name."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


ReturnedWhy = Literal["asked", "offline", "blocked"]
Abandoned = Literal["", "short", "long"]
RescuedWhy = Literal["late", "gone"]
ErasedWhy = Literal["asked", "retention"]


class EventBase(Struct, gc=False, omit_defaults=True, tag_field="k", tag=tag_of):
    """What is common to all events; nobody ever changes one.

    The kind (`k`) is the class's name in snake case: `ChatOpened` is `chat_opened`."""
