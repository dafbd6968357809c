"""What is said to an operator who is about to leave the console: of the chats they hold, and of what has not gone out."""

from opconsole.locale import tr, trn
from opconsole.state import selectors
from opconsole.state.picture import Picture


def leaving_words(picture: Picture) -> str:
    """The question before the console ends; empty: there is nothing to ask."""
    waiting = 0 if picture.link.is_live else len(picture.outbox)
    words = trn(
        "{n} thing that you did waits for the link, and goes out at the next start.",
        "{n} things that you did wait for the link, and go out at the next start.",
        waiting,
    )
    held = selectors.my_load(picture).held
    question = trn(
        "You hold {n} chat. Leave all the same? It goes back to the inbox when you are away for long.",
        "You hold {n} chats. Leave all the same? They go back to the inbox when you are away for long.",
        held,
    )
    if not waiting:
        return question if held else ""
    leave = question if held else tr("Leave all the same?")
    return f"{words} {leave}"
