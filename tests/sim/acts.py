"""What people do, at random: operators by their console's session, visitors by the protocol, an administrator by the accounts.

Many of these are refused, late or senseless, as people's doings are. Texts tell who said them, so a trace can be read.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec

from opconsole.state import selectors
from opconsole.wire import staff
from opconsole.wire.cards import Place, Priority, Profile, Role, Status
from opconsole.wire.visitor import (
    VisitorEnd,
    VisitorForm,
    VisitorPage,
    VisitorRate,
    VisitorRead,
    VisitorSay,
    VisitorTyping,
)
from tests.sim.console import Console
from tests.sim.visitor import OUTBOX, Visitor

if TYPE_CHECKING:
    from tests.sim.world import World

T = TypeVar("T")
DEPARTMENTS = ("general", "sales")

Act = Callable[["World"], None]


# ---------------------------------------------------------------- visitors


def _visitor(world: "World") -> Visitor:
    return world.dice.choice(world.visitors)


def visitor_says(world: "World") -> None:
    visitor = _visitor(world)
    if not visitor.present:
        visitor.come()
    for _ in range(world.dice.choice((1, 1, 1, 2, 4))):
        if len(visitor.outbox) < OUTBOX:
            visitor.give(VisitorSay(id=(command := visitor.new_id()), text=f"words {command}"))


def visitor_looks(world: "World") -> None:
    visitor = _visitor(world)
    dice = world.dice
    visitor.signal(
        dice.choice(
            (
                VisitorRead(n=max(visitor.messages, default=0)),
                VisitorTyping(text=dice.choice(("", "I am typ", "I am typing"))),
                VisitorPage(url=f"https://shop.example/{dice.randrange(9)}", title="A page"),
            )
        )
    )


def visitor_does(world: "World") -> None:
    visitor = _visitor(world)
    dice = world.dice
    if len(visitor.outbox) >= OUTBOX:
        return
    command = visitor.new_id()
    visitor.give(
        dice.choice(
            (
                VisitorRate(id=command, score=dice.randint(1, 5), text="so"),
                VisitorEnd(id=command),
                VisitorForm(id=command, name="Ivan", email="ivan@example.com", text=f"call me {command}"),
            )
        )
    )


def visitor_comes_or_goes(world: "World") -> None:
    visitor = _visitor(world)
    if not visitor.present:
        visitor.come()
    elif world.dice.random() < 0.3:
        world.tally["pages reloaded"] += 1
        visitor.reload()
    else:
        visitor.leave()


# ---------------------------------------------------------------- operators


def _console(world: "World", *, work: bool = True) -> Console | None:
    usable = [each for each in world.consoles if each.running and (each.mode == "work" or not work)]
    return world.dice.choice(usable) if usable else None


def _some_chat(world: "World", console: Console) -> int:
    """Rather one that the console can see than not."""
    known = sorted(console.store.chats)
    if known and world.dice.random() < 0.8:
        return world.dice.choice(known)
    return world.dice.randint(1, max(1, world.last_chat()))


def _my_chat(world: "World", console: Console) -> int:
    """0: the operator has none (and mostly knows it)."""
    mine = sorted(console.store.mine.chats())
    if world.dice.random() < 0.05:
        return _some_chat(world, console)
    return world.dice.choice(mine) if mine else 0


def operator_takes(world: "World") -> None:
    console = _console(world)
    if console is None:
        return
    command = console.new_id()
    waiting = [card.chat for card in selectors.inbox(console.store)]
    if waiting and world.dice.random() < 0.5:
        take: staff.StaffCommand = staff.Take(id=command, chat=world.dice.choice(waiting))
    else:
        take = staff.TakeNext(id=command)
    console.act(lambda: console.session.send(take))


def operator_says(world: "World") -> None:
    console = _console(world)
    if console is None:
        return
    chat = _my_chat(world, console)
    if not chat:
        operator_takes(world)
        return

    hold_ms = world.dice.choice((0, 0, 1_000, 5_000))

    def say() -> None:
        session = console.session
        session.typed(chat)
        for _ in range(world.dice.choice((1, 1, 2, 3))):
            command = console.new_id()
            if world.dice.random() < 0.15:
                session.send(staff.AddNote(id=command, chat=chat, text=f"note {command}"), hold_ms=hold_ms)
            else:
                named = f"t{world.dice.randint(1, 4)}" if world.dice.random() < 0.3 else ""
                session.send(
                    staff.Say(id=command, chat=chat, text=f"answer {command}", template=named), hold_ms=hold_ms
                )
        session.stopped_typing()
        if console.store.drafts.get(chat) is not None:
            session.draft(chat, "")

    console.act(say)


def operator_takes_back(world: "World") -> None:
    """Words that are still held back: they never happen, and stand in the draft again."""
    console = _console(world)
    held = console.store.outbox.held() if console is not None else []
    if console is None or not held:
        return
    command = world.dice.choice(held).command.id
    console.act(lambda: console.session.take_back(command))
    world.book.given[command].taken_back = True
    world.tally["words taken back"] += 1
    world.trace(console.name, "takes back", command)


def operator_drafts(world: "World") -> None:
    console = _console(world)
    if console is None or not (chat := _my_chat(world, console)):
        return
    text = f"draft {world.dice.randrange(100)}"

    def write() -> None:
        console.session.typed(chat)
        console.session.draft(chat, text, len(text))

    console.act(write)


def operator_moves_chat(world: "World") -> None:
    console = _console(world)
    if console is None:
        return
    dice, command, chat = world.dice, console.new_id(), _my_chat(world, console)
    if not chat:
        return
    override = world.users[console.login].role is not Role.operator and dice.random() < 0.5
    move: staff.StaffCommand = dice.choice(
        (
            staff.Return(id=command, chat=chat),
            staff.Transfer(id=command, chat=chat, to=dice.choice(sorted(world.users)), override=override),
            staff.Transfer(id=command, chat=chat, to=dice.choice(sorted(world.users)), override=override),
            staff.Snooze(id=command, chat=chat, until=world.now() + dice.choice((5_000, 40_000))),
            staff.Close(id=command, chat=chat),
            staff.Reopen(id=command, chat=dice.randint(1, max(1, world.last_chat()))),
        )
    )
    console.act(lambda: console.session.send(move))


def operator_other(world: "World") -> None:
    console = _console(world)
    if console is None:
        return
    dice, command, chat = world.dice, console.new_id(), _some_chat(world, console)
    status = dice.choice((Status.online, Status.online, Status.online, Status.busy, Status.away, Status.offline))
    template = f"t{dice.randint(1, 4)}"
    mine = dice.random() < 0.5
    department = dice.choice(("", *DEPARTMENTS))
    card = console.store.templates.get(template)
    other: staff.StaffCommand = dice.choice(
        (
            staff.SetStatus(id=command, status=status, reason="tea" if status is Status.away else ""),
            staff.SetPriority(id=command, chat=chat, priority=dice.choice(list(Priority))),
            staff.EditVisitor(id=command, chat=chat, name=f"Name {command}"),
            staff.SaveTemplate(
                id=command,
                template=template,
                code=f"{template}{dice.randrange(3)}",
                text=command,
                mine=mine,
                department=department,
                edition=card.edition if card is not None else None,
            ),
            staff.TickStep(id=command, chat=chat, step=dice.choice(("greet", "offer")), on=dice.random() < 0.7),
            staff.DropTemplate(id=command, template=template),
        )
    )
    console.act(lambda: console.session.send(other))


def operator_looks(world: "World") -> None:
    console = _console(world, work=False)
    if console is None:
        return
    dice, chat = world.dice, _some_chat(world, console)

    def look() -> None:
        session, store = console.session, console.store
        session.show(chat if dice.random() < 0.8 else 0)
        card = store.chats.get(chat)
        if card is not None and console.mode == "work":
            session.have_read(chat, card.public)
        if dice.random() < 0.3:
            session.older(chat)

    console.act(look)


def operator_sees_to_failures(world: "World") -> None:
    """Words that were refused: again, back into the draft, or away."""
    console = _console(world)
    if console is None:
        return
    failed = [item.command.id for item in console.store.outbox if item.failure is not None]
    if not failed:
        return
    command = world.dice.choice(failed)
    doing = world.dice.choice((console.session.retry, console.session.take_back, console.session.dismiss))
    console.act(lambda: doing(command))


def operator_retries_now(world: "World") -> None:
    console = _console(world, work=False)
    if console is not None and not console.live:
        console.act(console.session.retry_now)


def console_ends(world: "World") -> None:
    """Closed, or killed; it comes back after a while."""
    console = _console(world, work=False)
    if console is None:
        return
    dice = world.dice
    if dice.random() < 0.6:
        console.kill(silently=dice.random() < 0.3)
    else:
        console.close()
    world.later(dice.choice((1_500, 8_000, 40_000)), lambda: console_comes_back(world, console))


def console_comes_back(world: "World", console: Console) -> None:
    if not console.process.dead:
        world.later(1_000, lambda: console_comes_back(world, console))  # it is still closing
        return
    world.trace(console.name, "is started again")
    console.start()


# ---------------------------------------------------------------- administrators


def person_changes(world: "World") -> None:
    dice = world.dice
    login = dice.choice([login for login, user in world.users.items() if user.role is Role.operator])
    changes: tuple[dict[str, object], ...] = (
        {"departments": (dice.choice(DEPARTMENTS),)},
        {"departments": DEPARTMENTS},
        {"limit": dice.randint(1, 4)},
        {"blocked": True},
        {"blocked": False},
        {"name": f"{login.title()} {dice.randrange(100)}"},
    )
    world.change_person(login, **dice.choice(changes))


def time_passes(world: "World") -> None:
    world.run_for(world.dice.choice((3_000, 8_000, 20_000, 45_000)))


PEOPLE: tuple[tuple[int, Act], ...] = (
    (30, visitor_says),
    (8, visitor_looks),
    (5, visitor_does),
    (7, visitor_comes_or_goes),
    (16, operator_takes),
    (28, operator_says),
    (6, operator_drafts),
    (6, operator_takes_back),
    (12, operator_moves_chat),
    (8, operator_other),
    (6, operator_looks),
    (3, operator_sees_to_failures),
    (2, operator_retries_now),
    (2, console_ends),
    (1, person_changes),
    (4, time_passes),
)


def profile(number: int) -> Profile:
    return Profile(lang=("en", "ru")[number % 2], visits=number + 1)


def held(console: Console) -> list[int]:
    cards = console.store.chats.values()
    return sorted(card.chat for card in cards if card.owner == console.login and card.place is Place.held)


def changed(user: T, **facts: object) -> T:
    return msgspec.structs.replace(user, **facts)  # type: ignore[type-var]
