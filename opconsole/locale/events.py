"""What happened to a chat, in words: the codes of `event` entries (`wire.messages.EVENT_CODES`)."""

from opconsole.locale.catalog import tr


def event_words(code: str, name: str, to: str) -> str:
    """An event's code in words. `name`: who did it; of a rescue, who let it go."""
    who = name or tr("The desk")
    match code:
        case "opened":
            return tr("The chat began")
        case "taken":
            return tr("{name} took the chat", name=who)
        case "returned":
            return tr("{name} returned the chat to the inbox", name=who)
        case "rescued":
            return tr("Rescued from {name}: back in the inbox", name=who)
        case "transferred":
            return tr("{name} gave the chat to {to}", name=who, to=to)
        case "snoozed":
            return tr("{name} put the chat aside", name=who)
        case "woken":
            return tr("The chat is back from aside")
        case "closed":
            return tr("{name} closed the chat", name=name) if name else tr("The chat was closed")
        case "reopened":
            return (
                tr("{name} opened the chat again", name=name)
                if name
                else tr("The visitor came back: the chat is open again")
            )
        case "left":
            return tr("The visitor left")
        case "rated":
            return tr("The visitor rated the chat")
        case _:
            return code
