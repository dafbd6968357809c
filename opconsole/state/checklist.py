"""The checklist of a chat as this console sees it: the department's steps, what of them is done, and what is on its way."""

from msgspec import Struct

from opconsole.state import selectors
from opconsole.state.picture import Picture
from opconsole.wire.checklists import Step
from opconsole.wire.staff import TickStep


class StepState(Struct, frozen=True):
    step: Step
    done: bool
    by: str = ""
    """Login of who ticked it."""
    at: int = 0
    sending: bool = False
    """Ticked or unticked here, and the relay hasn't answered yet."""


def steps_of(picture: Picture, chat: int) -> list[StepState]:
    """In the checklist's order; empty: the department has none, or no such chat is to be seen."""
    card = selectors.card(picture, chat)
    steps = picture.me.settings.checklists.get(card.department, ()) if card is not None else ()
    if card is None or not steps:
        return []
    ticked = {tick.step: tick for tick in card.ticks}
    wished: dict[str, bool] = {}
    for item in picture.outbox:
        command = item.command
        if isinstance(command, TickStep) and command.chat == chat:
            wished[command.step] = command.on
    states = []
    for step in steps:
        tick = ticked.get(step.id)
        done = wished.get(step.id, tick is not None)
        if tick is not None and done:
            states.append(StepState(step, True, tick.by, tick.at))
        else:
            states.append(StepState(step, done, picture.me.login if done else "", sending=step.id in wished))
    return states


def progress(picture: Picture, chat: int) -> tuple[int, int]:
    """How many steps are done, of how many. (0, 0): there is no checklist."""
    states = steps_of(picture, chat)
    return sum(state.done for state in states), len(states)


def missing(picture: Picture, chat: int) -> list[Step]:
    """Required steps that aren't done: worth a question before the chat is closed."""
    return [state.step for state in steps_of(picture, chat) if state.step.required and not state.done]
