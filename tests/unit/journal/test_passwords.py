from pathlib import Path
from typing import Literal

import pytest
from argon2 import PasswordHasher

from server_stub.journal import passwords as passwords_module
from server_stub.journal.passwords import LONGEST, Passwords, common, objection

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse",
        "Наша-Маша-2026",
        "tr0ub4dor&3x",
        "a b c d e f g",
        "purple dishwasher monkey",
        "sunshine dragon coffee winter",
        "мокрый кот едет в Тверь",
        "vY7#kq0pLw2s",
    ],
)
def test_a_long_and_unusual_password_is_taken(password: str) -> None:
    assert objection(password, "boris", "Борис Ким", "Acme") == ""


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "at least 12"),
        ("elevenchars", "at least 12"),
        ("x" * (LONGEST + 1), "at most"),
        ("with a\nnewline", "control characters"),
        ("anna-lives-here", "the login, the name"),
        ("my Petrova password", "the login, the name"),
        ("ПЕТРОВА и Ко 17", "the login, the name"),
        ("gtnhjdf b Rj 17", "the login, the name"),
        ("we are @cme.example", "the desk's name"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password: str, words: str) -> None:
    assert words in objection(password, "anna.petrova", "Анна Петрова", "Acme")


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "PassWord1234",
        "P@ssw0rd!2026",
        "password-password",
        "2026admin2026",
        "qwertyuiop123",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "zaq1xsw2cde3",
        "letmein.please",
        "iloveyou forever",
        "Dragon Football 7",
        "ПАРОЛЬ123456",
        "пароль пароль",
        "йцукенгшщзхъ",
        "gfhjkm123456",
        "ghbdtn,gfhjkm",
        "йцукенqwerty",
        "зфыыцщкв1234",
        "любовь1234567",
        "aaaaaaaaaaaa",
        "abababababab",
        "xk7xk7xk7xk7",
        "123456789012",
        "8 916 123-45-67",
        "２０２６ｐａｓｓｗｏｒｄ",
    ],
)
def test_what_anybody_would_try_first_is_refused_however_it_is_dressed(password: str) -> None:
    assert "first that anybody would try" in objection(password)


def test_the_common_words_are_many_and_in_order() -> None:
    lines = Path(passwords_module.__file__).with_name("common_passwords.txt").read_text("utf-8").splitlines()
    assert len(lines) > 1000
    assert lines == sorted(set(lines)), "each once"
    assert [each for each in lines if len(each) < 3 or each != each.casefold()] == []
    assert {"password", "qwerty", "пароль", "йцукен"} <= common()


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
