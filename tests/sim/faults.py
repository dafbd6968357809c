"""What goes wrong, at random: links that are lost, stall or go deaf, a relay that dies at a chosen step, stops, or can't write."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.sim.network import Wire
from tests.sim.relay import APPEND_STEPS, FAILS

if TYPE_CHECKING:
    from tests.sim.world import World


def _wire(world: "World") -> Wire | None:
    wires = [wire for wire in world.network.wires if not wire.client.ended]
    return world.dice.choice(wires) if wires else None


def _on_a_wire(world: "World", what: str, fault: Callable[[Wire], None]) -> None:
    wire = _wire(world)
    if wire is not None:
        world.tally[f"links {what}"] += 1
        world.trace("network", f"the link of {wire.who} {what}")
        fault(wire)


def link_is_cut(world: "World") -> None:
    _on_a_wire(world, "cut", lambda wire: wire.cut())


def link_is_half_closed(world: "World") -> None:
    knows = world.dice.random() < 0.5
    who = "client" if knows else "relay"
    _on_a_wire(world, f"half-closed, only the {who} knows", lambda wire: wire.half_close(client_knows=knows))


def link_goes_deaf(world: "World") -> None:
    _on_a_wire(world, "gone deaf", lambda wire: wire.go_deaf())


def link_stalls(world: "World") -> None:
    ms = world.dice.choice((400, 3_000, 15_000, 45_000))
    _on_a_wire(world, "stalled", lambda wire: wire.stall(ms))


def link_is_given_up(world: "World") -> None:
    """A laptop changes its network: what it had sent arrives all the same, and later than what it sends then."""
    ms = world.dice.choice((1_000, 3_000))

    def give_up(wire: Wire) -> None:
        wire.stall(world.dice.choice((5_000, 15_000)))
        world.later(ms, wire.client.lose)

    _on_a_wire(world, "given up", give_up)


def all_links_are_cut(world: "World") -> None:
    """Somebody pulls the plug of a switch."""
    world.tally["switches unplugged"] += 1
    for wire in list(world.network.wires):
        if world.dice.random() < 0.7:
            wire.cut()


def client_is_unreachable(world: "World") -> None:
    """No new connection of a person comes through for a while."""
    names = [each.name for each in world.consoles] + [each.name for each in world.visitors]
    name = world.dice.choice(names)
    world.unreachable[name] = None
    world.tally["people without a network"] += 1
    for wire in list(world.network.wires):
        if wire.who == name:
            wire.cut()
    world.later(world.dice.choice((2_000, 15_000, 60_000)), lambda: world.unreachable.pop(name, None))


def relay_dies_in_an_append(world: "World") -> None:
    relay = world.relay
    if relay is not None and relay.up:
        relay.journal.fault = world.dice.choice(APPEND_STEPS)


def relay_dies_somewhere(world: "World") -> None:
    relay = world.relay
    if relay is not None:
        relay.die_within(world.dice.randrange(60))


def relay_is_stopped(world: "World") -> None:
    relay = world.relay
    if relay is not None and relay.up:
        relay.stop()


def relay_can_t_write(world: "World") -> None:
    relay = world.relay
    if relay is not None and relay.up:
        relay.journal.fault = FAILS


FAULTS: tuple[tuple[int, Callable[["World"], None]], ...] = (
    (20, link_is_cut),
    (12, link_is_half_closed),
    (5, link_goes_deaf),
    (12, link_stalls),
    (12, link_is_given_up),
    (2, all_links_are_cut),
    (4, client_is_unreachable),
    (20, relay_dies_in_an_append),
    (8, relay_dies_somewhere),
    (3, relay_is_stopped),
    (2, relay_can_t_write),
)
