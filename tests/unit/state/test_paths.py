"""Paths as people and terminals write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.paths import common_beginning, free_names, pasted_paths, split_typed, typed_path


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("~/a b.png", "~/a b.png"),
        ("'/tmp/a b.png'", "/tmp/a b.png"),
        ('"/tmp/a.png"', "/tmp/a.png"),
        (r"/tmp/a\ b\(1\).png", "/tmp/a b(1).png"),
        ("file:///tmp/a%20b.png", "/tmp/a b.png"),
        ("file://localhost/tmp/%D1%84.png", "/tmp/ф.png"),
        ("'file:///tmp/a%20b.png'", "/tmp/a b.png"),
        ("file://other.host/tmp/a.png", ""),
        ("  /tmp/a.png\n", "/tmp/a.png"),
    ],
)
def test_a_typed_path_is_what_is_meant(text: str, path: str) -> None:
    assert typed_path(text) == path


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("/tmp/a b.png", [["/tmp/a b.png"]]),
        ("/tmp/a.png /tmp/b.png", [["/tmp/a.png /tmp/b.png"], ["/tmp/a.png", "/tmp/b.png"]]),
        ("'/tmp/a b.png' '/tmp/c.png'", [["/tmp/a b.png", "/tmp/c.png"]]),
        (r"/tmp/a\ b.png /tmp/c.png", [["/tmp/a b.png /tmp/c.png"], ["/tmp/a b.png", "/tmp/c.png"]]),
        ("file:///tmp/a%20b.png\nfile:///tmp/c.png\n", [["/tmp/a b.png", "/tmp/c.png"]]),
        ("~/x.png", [["~/x.png"]]),
        ("/code of a template", [["/code of a template"]]),
    ],
)
def test_a_paste_may_name_files_in_several_ways(text: str, readings: list[list[str]]) -> None:
    assert pasted_paths(text) == readings


@pytest.mark.parametrize(
    "text", ["", "hello", "photo.png", "see /tmp/a.png", "https://shop.example/", "file://host/x", "/" * 9000]
)
def test_other_words_name_none(text: str) -> None:
    assert pasted_paths(text) == []


@given(st.text(max_size=100))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for reading in pasted_paths("/" + text):
        assert reading
        assert all(reading)


def test_completion_goes_as_far_as_all_agree() -> None:
    assert common_beginning(["photo.png", "photos/"]) == "photo"
    assert common_beginning([]) == ""
    assert split_typed("~/a/ph") == ("~/a/", "ph")
    assert split_typed("ph") == ("", "ph")


def test_free_names_keep_the_ending() -> None:
    assert free_names("a.tar.gz")[:2] == ["a.tar.gz", "a.tar (1).gz"]
    assert free_names("README")[1] == "README (1)"
