"""Guessing is slow, from wherever; and nobody keeps a colleague out by it."""

from hypothesis import given
from hypothesis import strategies as st

from server_stub.edge import bounds
from server_stub.edge.device_tokens import DeviceTokens
from server_stub.edge.login_throttle import Caller, LoginThrottle, Strangers

HERE, THERE = "203.0.113.9", "198.51.100.1"
ANNA = Caller("anna", HERE)
CONSOLE = Caller("anna", HERE, "console one")
DAY_S = 24 * 3600.0


def guess(logins: LoginThrottle, caller: Caller, times: int, now_s: float = 0.0, *, code: bool = False) -> int:
    """Fail as often as it is let; how often it was."""
    let = 0
    for _ in range(times):
        if logins.wait_s(caller, now_s, code=code) == 0:
            logins.began(caller, now_s, code=code)
            let += 1
    return let


def test_a_name_from_one_address_is_stopped_after_some_failures_and_nobody_else_is() -> None:
    logins = LoginThrottle()
    assert guess(logins, ANNA, 50) == bounds.LOGINS_BURST
    assert logins.wait_s(Caller("ANNA", HERE), 0.0) > 0, "however it is written"
    assert logins.wait_s(Caller("anna", THERE), 0.0) == 0
    assert logins.wait_s(Caller("boris", HERE), 0.0) == 0
    assert logins.wait_s(ANNA, 60.0 / bounds.LOGINS_PER_MINUTE) == 0, "one more after a while"


def test_attempts_are_counted_when_they_begin_so_many_at_once_are_no_way_around() -> None:
    logins = LoginThrottle()
    for _ in range(bounds.LOGINS_BURST):
        logins.began(ANNA, 0.0)
    assert logins.wait_s(ANNA, 0.0) > 0


def test_an_address_that_tries_many_names_is_stopped_for_all_of_them() -> None:
    logins = LoginThrottle()
    for number in range(bounds.ADDRESS_LOGINS_BURST):
        assert guess(logins, Caller(f"name{number}", HERE), 1) == 1
    assert logins.wait_s(Caller("another", HERE), 0.0) > 0


def test_a_success_forgives_the_caller_but_not_the_address() -> None:
    logins = LoginThrottle()
    guess(logins, ANNA, bounds.LOGINS_BURST - 1)
    logins.began(ANNA, 0.0)
    logins.succeeded(ANNA, 0.0)
    assert logins.wait_s(ANNA, 0.0) == 0
    for number in range(bounds.ADDRESS_LOGINS_BURST - bounds.LOGINS_BURST + 1):
        guess(logins, Caller(f"name{number}", HERE), 1)
    assert logins.wait_s(ANNA, 0.0) > 0


def test_whatever_others_do_at_the_same_address_or_anywhere_a_known_console_gets_in() -> None:
    logins = LoginThrottle()
    for number in range(200):
        guess(logins, Caller("anna", HERE), 5)
        guess(logins, Caller(f"name{number}", HERE), 5)
        guess(logins, Caller("anna", f"192.0.2.{number}"), 5)
        guess(logins, Caller("anna", f"192.0.2.{number}"), 5, code=True)
        guess(logins, Caller("anna", HERE, f"stolen {number}"), 20, code=True)
    assert logins.wait_s(ANNA, 0.0) > 0
    assert logins.wait_s(CONSOLE, 0.0, code=True) == 0
    assert not logins.is_held_up(CONSOLE, 0.0)


def test_a_known_console_has_no_more_guesses_than_anybody() -> None:
    assert guess(LoginThrottle(), CONSOLE, 50) == bounds.LOGINS_BURST


def test_a_name_tried_from_a_thousand_addresses_is_held_up_but_never_refused() -> None:
    logins = LoginThrottle()
    addresses = [f"192.0.2.{number % 250}/{number // 250}" for number in range(1000)]
    held = [
        logins.is_held_up(Caller("anna", address), 0.0) or not guess(logins, Caller("anna", address), 1)
        for address in addresses
    ]
    assert held.count(False) == bounds.NAME_LOGINS_BURST
    newcomer = Caller("anna", THERE)
    assert logins.wait_s(newcomer, 0.0) == 0
    assert logins.is_held_up(newcomer, 0.0)
    assert not logins.is_held_up(Caller("boris", THERE), 0.0)


def test_the_password_without_a_session_is_no_way_to_start_the_count_again() -> None:
    logins = LoginThrottle()
    for _ in range(bounds.LOGINS_BURST):
        logins.began(ANNA, 0.0)
        logins.password_was_right(ANNA, 0.0)
    assert logins.wait_s(ANNA, 0.0) > 0
    assert logins.wait_s(Caller("boris", HERE), 0.0) == 0, "but the address has failed in nothing"


def test_codes_are_few_by_the_caller_and_by_the_name() -> None:
    logins = LoginThrottle()
    assert guess(logins, ANNA, 50, code=True) == bounds.CODES_BURST
    assert logins.wait_s(ANNA, 0.0) == 0, "a password may still be tried"
    others = sum(guess(logins, Caller("anna", f"192.0.2.{number}"), 50, code=True) for number in range(100))
    assert others == bounds.NAME_CODES_BURST - bounds.CODES_BURST
    assert guess(logins, CONSOLE, 50, code=True) == bounds.CODES_BURST, "a known console has its own"


def test_a_code_beside_a_wrong_password_is_not_counted() -> None:
    logins = LoginThrottle()
    for _ in range(bounds.LOGINS_BURST):
        logins.began(ANNA, 0.0, code=True)
        logins.code_not_looked_at(ANNA, 0.0)
    assert logins.wait_s(Caller("anna", THERE), 0.0, code=True) == 0


def test_who_knows_the_password_has_not_one_chance_in_a_hundred_to_guess_a_code_in_a_month() -> None:
    """Each guess is right with a chance of 3 in a million: the window's three codes."""
    logins, guesses = LoginThrottle(), 0
    for step in range(int(30 * DAY_S / 300)):
        for number in range(3):
            guesses += guess(logins, Caller("anna", f"192.0.2.{number}"), 2, step * 300.0, code=True)
    assert guesses * 3e-6 < 0.03
    assert guesses > 1000, "and it was tried in earnest"


@given(st.lists(st.tuples(st.sampled_from(["right", "wrong", "needed"]), st.floats(0, 20)), max_size=60))
def test_no_order_of_outcomes_lets_more_failures_through_than_the_rate(steps: list[tuple[str, float]]) -> None:
    """Successes start the caller's own count anew, nothing else does."""
    logins, now_s, since, failed = LoginThrottle(), 0.0, 0.0, 0
    for outcome, pause in steps:
        now_s += pause
        if logins.wait_s(ANNA, now_s) > 0:
            continue
        logins.began(ANNA, now_s)
        if outcome == "right":
            logins.succeeded(ANNA, now_s)
            since, failed = now_s, 0
            continue
        if outcome == "needed":
            logins.password_was_right(ANNA, now_s)
        failed += 1
        assert failed <= bounds.LOGINS_BURST + (now_s - since) * bounds.LOGINS_PER_MINUTE / 60 + 1e-6


def test_strangers_who_wait_are_bounded_by_name_and_in_all() -> None:
    strangers = Strangers(of_a_name=2, in_all=3)
    assert [strangers.enter("anna") for _ in range(3)] == [True, True, False]
    assert [strangers.enter("boris"), strangers.enter("clara")] == [True, False]
    strangers.leave("anna")
    assert strangers.enter("clara")


# ---------------------------------------------------------------- known consoles


def test_a_proof_is_its_persons_and_its_desks() -> None:
    devices = DeviceTokens(b"k" * 32, lambda: "one")
    proof = devices.make("anna")
    assert devices.device_of(proof, "anna") == "one"
    assert devices.device_of(proof, "boris") == ""
    assert DeviceTokens(b"x" * 32).device_of(proof, "anna") == ""
    for wrong in ("", "nonsense", proof[:-1], proof + "x", "é" * 600, "\udcff"):
        assert devices.device_of(wrong, "anna") == ""


def test_a_visitors_token_is_no_proof_and_a_proof_no_visitor() -> None:
    from server_stub.edge.visitor_tokens import VisitorTokens

    key = b"k" * 32
    assert DeviceTokens(key).device_of(VisitorTokens(key).make("anna"), "anna") == ""
    assert VisitorTokens(key).visitor_of(DeviceTokens(key).make("anna")) == ""
