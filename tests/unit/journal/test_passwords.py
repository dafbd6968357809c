from typing import Literal

import pytest
from argon2 import PasswordHasher

from server_stub.journal.passwords import LONGEST, Passwords, common, objection

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.mark.parametrize("password", ["correct horse", "Наша-Маша-2026", "tr0ub4dor&3x", "a b c d e f g"])
def test_a_long_and_unusual_password_is_taken(password: str) -> None:
    assert objection(password, "anna") == ""


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "at least 10"),
        ("ninechars", "at least 10"),
        ("x" * (LONGEST + 1), "at most"),
        ("password123", "first that anybody would try"),
        ("PassWord123", "first that anybody would try"),
        ("ПАРОЛЬ12345", "first that anybody would try"),
        ("aaaaaaaaaaaa", "first that anybody would try"),
        ("abababababab", "first that anybody would try"),
        ("with\nnewline", "control characters"),
        ("anna.petrova", "not the login"),
        ("Anna.Petrova1", "not the login"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password: str, words: str) -> None:
    assert words in objection(password, "anna.petrova")


def test_the_common_ones_are_all_of_a_length_that_would_be_taken_otherwise() -> None:
    assert len(common()) > 50
    assert [each for each in common() if len(each) < 10 or each != each.casefold()] == []


def test_only_the_password_itself_is_right() -> None:
    passwords = Passwords(CHEAP)
    stored = passwords.hash("correct horse")
    assert passwords.check("correct horse", stored)
    assert not passwords.check("correct hors", stored)
    assert not passwords.check("", stored)
    assert not passwords.check("x" * (LONGEST + 1), stored)
    assert "correct horse" not in stored
    assert passwords.hash("correct horse") != stored, "each has its own salt"


def test_the_same_letters_composed_in_another_way_are_the_same_password() -> None:
    passwords = Passwords(CHEAP)
    composed = "кра\u0439\u043d\u0438\u0439 \u0441\u0435\u0432\u0435\u0440"
    decomposed = composed.replace("\u0439", "\u0438\u0306")
    assert composed != decomposed
    assert passwords.check(decomposed, passwords.hash(composed))


class CountingHasher(PasswordHasher):
    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.verified += 1
        return super().verify(hash, password)


def test_an_unknown_login_costs_the_same_work_as_a_known_one() -> None:
    hasher = CountingHasher()
    passwords = Passwords(hasher)
    assert not passwords.check("whatever it is", "")
    assert hasher.verified == 1
    assert not passwords.check("whatever it is", passwords.hash("another one"))
    assert hasher.verified == 2


def test_a_damaged_hash_lets_nobody_in() -> None:
    assert not Passwords(CHEAP).check("correct horse", "$argon2id$nonsense")


def test_a_hash_of_other_parameters_is_outdated() -> None:
    stored = Passwords(CHEAP).hash("correct horse")
    assert not Passwords(CHEAP).is_outdated(stored)
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    assert stronger.is_outdated(stored)
    assert stronger.check("correct horse", stored)


def test_the_default_is_argon2id_in_the_strength_of_the_rfc() -> None:
    assert Passwords().hash("correct horse").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
