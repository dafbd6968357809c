import pytest

from server_stub.journal.people import (
    AccountRefused,
    checked_limit,
    normal_departments,
    normal_login,
    normal_name,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("anna", "anna"), (" Anna.P ", "anna.p"), ("anna@acme.example", "anna@acme.example"), ("7", "7")],
)
def test_a_login_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normal_login(typed) == kept


@pytest.mark.parametrize(
    "login", ["", " ", ".anna", "anna petrova", "анна", "аnna", "a" * 65, "a\nb", "anna\x1b[2J", "--help"]
)
def test_a_login_that_could_be_mistaken_is_refused(login: str) -> None:
    with pytest.raises(AccountRefused, match="Latin letters, digits"):
        normal_login(login)


@pytest.mark.parametrize("login", ["visitor", "Visitor", "desk"])
def test_a_login_that_a_transcript_would_show_as_somebody_else_is_refused(login: str) -> None:
    with pytest.raises(AccountRefused, match="somebody else"):
        normal_login(login)


def test_a_name_is_one_clean_line_and_the_login_where_there_is_none() -> None:
    assert normal_name(" Анна \n Петрова ", "anna") == "Анна   Петрова"
    assert normal_name("An\x1bna", "anna") == "An␛na"
    assert normal_name("  ", "anna") == "anna"
    with pytest.raises(AccountRefused, match="at most 80"):
        normal_name("x" * 81, "anna")


def test_a_limit_is_a_small_number_or_the_desks() -> None:
    assert [checked_limit(each) for each in (None, 0, 100)] == [None, 0, 100]
    for wrong in (-1, 101):
        with pytest.raises(AccountRefused, match="0 to 100"):
            checked_limit(wrong)


def test_departments_are_kept_sorted_and_once_each() -> None:
    assert normal_departments(("sales", " general", "sales", "")) == ("general", "sales")
    with pytest.raises(AccountRefused, match="at least one"):
        normal_departments(("", " "))
    with pytest.raises(AccountRefused, match="at most"):
        normal_departments(("x" * 81,))
