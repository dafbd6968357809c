"""What every frame is made of: the two bases, and the bounded kinds of strings and numbers. Used by the modules of frames alone."""

from typing import Annotated

from msgspec import Meta, Struct

from opconsole.wire import limits

Id = Annotated[str, Meta(min_length=1, max_length=limits.ID_CHARS)]
Line = Annotated[str, Meta(max_length=limits.LINE_CHARS)]
Name = Annotated[str, Meta(max_length=limits.NAME_CHARS)]
Text = Annotated[str, Meta(max_length=limits.TEXT_BYTES)]
Number = Annotated[int, Meta(ge=0, le=2**53)]


class Frame(Struct, omit_defaults=True, gc=False, tag_field="t", kw_only=True):
    """What is common to all frames: the tag `t` names the kind."""


class Command(Frame):
    id: Id
