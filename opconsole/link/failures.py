"""Why there is no link, as values: what happened, a sentence for the operator, and whether trying again can help."""

from enum import StrEnum

from opconsole.state.model import Stop


class Trouble(StrEnum):
    unreachable = "unreachable"
    """No answer: the network, the address, or the relay is down."""
    dropped = "dropped"
    """A link that stood was lost."""
    silent = "silent"
    """Connected, but the relay says nothing."""
    refused = "refused"
    """The relay answered, and will not have us (`stop` says why, if trying again can't help)."""
    protocol = "protocol"
    """It is no relay, or speaks another protocol."""


class LinkTrouble(Exception):
    """A failed attempt or a lost link. Raised and caught within `link/` only. `text` is a translated sentence."""

    def __init__(self, trouble: Trouble, text: str, stop: Stop = Stop.none) -> None:
        super().__init__(text)
        self.trouble = trouble
        self.text = text
        self.stop = stop
