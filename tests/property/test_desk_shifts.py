"""The desk's promises (see `test_desk_machine`) over long shifts by chance, with the weights of a real one."""

import random

import pytest

from opconsole.wire.cards import Status
from tests.property.test_desk_machine import CHANNELS, OPERATORS, SECOND, DeskMachine

LOGINS = sorted(OPERATORS)
WORK = ("take", "return", "close", "reopen", "snooze", "note", "priority", "edit", "typing", "read")


def walk(machine: DeskMachine, chance: random.Random, steps: int) -> None:
    """A shift by chance, with the weights of a real one. Hypothesis tries odd things; this tries many."""
    pick = chance.choice
    for _ in range(steps):
        login, visitor, number = pick(LOGINS), f"v{chance.randrange(8)}", chance.randrange(12)
        match chance.randrange(26):
            case 0 | 1 | 2:
                machine.time_passes(pick((1, SECOND, 9 * SECOND, 31 * SECOND, 95 * SECOND)))
            case 3:
                machine.time_passes(pick((125 * SECOND, 200 * SECOND, 700 * SECOND, 1_900 * SECOND)))
            case 4 | 5 | 6 | 7 | 8:
                machine.a_visitor_writes(visitor, pick(("hello", "and?")), pick(CHANNELS), chance.random() < 0.3)
            case 9 | 10:
                what = pick(("here", "here", "away", "away", "moved", "reads", "rates", "ends"))
                machine.a_visitor_does_something(visitor, what, number % 6)
            case 11 | 12 | 13:
                machine.an_operator_takes_the_next(login)
            case 14 | 15:
                machine.an_operator_answers_what_they_hold(login, "good day")
            case 16 | 17 | 18:
                machine.an_operator_does_something(login, number, pick(WORK), number % 4)
            case 19:
                machine.an_operator_transfers(login, number, pick(LOGINS), chance.random() < 0.3)
            case 20:
                machine.an_operator_comes_or_goes(login, chance.random() < 0.7)
            case 21:
                machine.an_operator_sets_a_status(login, pick([Status.online, Status.online, *Status]))
            case 24:
                machine.an_operator_changes_words(login, number, chance.randrange(5), chance.random() < 0.3, "better")
            case 25:
                machine.a_visitor_changes_words(visitor, number, chance.randrange(3), chance.random() < 0.3, "better")
            case 22:
                machine.a_command_is_sent_again(number % 6)
            case _:
                if chance.random() < 0.2:
                    machine.the_relay_is_down_for_a_while(chance.randrange(300_000), 0)
                elif chance.random() < 0.2:
                    machine.the_administration_changes_something(login, pick((None, 1, 5)), number % 8)
                else:
                    machine.a_visitor_leaves_a_form(visitor, "call me")
        machine.all_invariants_hold()
    machine.teardown()


@pytest.mark.parametrize("seed", range(8))
def test_a_shift_by_chance_keeps_every_promise(seed: int) -> None:
    walk(DeskMachine(), random.Random(seed), steps=300)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_a_long_shift_by_chance_keeps_every_promise(seed: int) -> None:
    walk(DeskMachine(), random.Random(seed), steps=1_500)
