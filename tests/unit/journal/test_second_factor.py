"""Codes of the moment and recovery codes: which are taken, how often, and what is kept of them."""

import pyotp
import pytest

from server_stub.journal.second_factor import (
    RECOVERY_CHARS,
    RECOVERY_CODES,
    STEP_S,
    Enrolments,
    new_recovery_codes,
    new_secret,
    plain_code,
    recovery_hash,
    step_of,
    uri_of,
)

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW_MS = 1_767_268_815_000
STEP = NOW_MS // 1000 // STEP_S


def code_at(step: int) -> str:
    return pyotp.TOTP(SECRET).generate_otp(step)


def test_the_codes_are_those_of_the_rfc() -> None:
    """RFC 6238, appendix B: the shared secret 12345678901234567890, SHA-1, cut to six digits."""
    rfc = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for second, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        assert step_of(rfc, code, second * 1000, 0) == second // STEP_S


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_the_code_of_this_step_and_its_neighbours_is_taken(off: int) -> None:
    assert step_of(SECRET, code_at(STEP + off), NOW_MS, 0) == STEP + off


@pytest.mark.parametrize("off", [-3, -2, 2, 3])
def test_a_code_of_another_time_is_not_taken(off: int) -> None:
    assert step_of(SECRET, code_at(STEP + off), NOW_MS, 0) == 0


def test_a_code_is_taken_once_and_none_before_it_afterwards() -> None:
    assert step_of(SECRET, code_at(STEP), NOW_MS, STEP) == 0
    assert step_of(SECRET, code_at(STEP - 1), NOW_MS, STEP) == 0
    assert step_of(SECRET, code_at(STEP + 1), NOW_MS, STEP) == STEP + 1


@pytest.mark.parametrize("typed", ["{a} {b}", " {a}-{b}\n", "\uff10"])
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    code = code_at(STEP)
    text = typed.format(a=code[:3], b=code[3:])
    if text == "\uff10":  # digits of another width, as an input method may give them
        text = "".join(chr(ord("\uff10") + int(digit)) for digit in code)
    assert step_of(SECRET, text, NOW_MS, 0) == STEP


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "²³¹²³¹x", "\udcff", "١٢٣٤٥٦", "0" * 10_000])
def test_nonsense_is_no_code(typed: str) -> None:
    assert step_of(SECRET, typed, NOW_MS, 0) == 0


def test_secrets_are_long_and_never_the_same() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(pyotp.TOTP(secret).byte_secret()) for secret in made} == {20}


def test_the_uri_says_whose_it_is() -> None:
    uri = uri_of(SECRET, "anna@acme", "Acme & Söhne")
    assert uri.startswith("otpauth://totp/Acme%20%26%20S%C3%B6hne:anna%40acme?")
    assert f"secret={SECRET}" in uri
    parsed = pyotp.parse_uri(uri)
    assert isinstance(parsed, pyotp.TOTP)
    assert parsed.at(NOW_MS // 1000) == code_at(STEP)


def test_recovery_codes_are_several_and_all_different() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES
    assert {len(plain_code(code)) for code in codes} == {RECOVERY_CHARS}
    assert not set("IO01") & set("".join(codes))


def test_a_recovery_code_is_kept_as_a_hash_of_its_own_person() -> None:
    assert recovery_hash("anna", "abcd-efgh-jklm") == recovery_hash("anna", "ABCD EFGHJKLM")
    assert recovery_hash("anna", "ABCDEFGHJKLM") != recovery_hash("boris", "ABCDEFGHJKLM")
    assert "ABCD" not in recovery_hash("anna", "ABCDEFGHJKLM").upper()


def enrolments(most: int = 3) -> Enrolments:
    numbers = iter(range(1, 100))
    return Enrolments(
        last_ms=600, most=most, new_secret=lambda: f"SECRET{next(numbers)}", new_ticket=lambda: f"t{next(numbers)}"
    )


def test_an_enrolment_is_its_persons_and_ends_in_time() -> None:
    under_way = enrolments()
    ticket, begun = under_way.begin("anna", 1_000)
    assert under_way.secret_of(ticket, "anna", 1_599) == begun.secret
    assert under_way.secret_of(ticket, "boris", 1_599) == ""
    assert under_way.secret_of("t99", "anna", 1_599) == ""
    assert under_way.secret_of(ticket, "anna", 1_600) == ""
    under_way.end(ticket)
    assert under_way.secret_of(ticket, "anna", 1_001) == ""


def test_each_enrolment_has_a_secret_of_its_own() -> None:
    under_way = enrolments()
    assert under_way.begin("anna", 0)[1].secret != under_way.begin("anna", 0)[1].secret


def test_enrolments_under_way_are_bounded_and_show_no_secret() -> None:
    under_way = enrolments(most=3)
    tickets = [under_way.begin(f"login{number}", 0) for number in range(5)]
    assert len(under_way) == 3
    assert under_way.secret_of(tickets[0][0], "login0", 1) == ""
    assert under_way.secret_of(tickets[4][0], "login4", 1) != ""
    assert "SECRET" not in repr(tickets[4][1])
