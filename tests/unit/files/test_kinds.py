"""What a file is, by its bytes: each kind, what only looks like one, and what is none, whatever it is called."""

import io
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server_stub.files.kinds import KINDS, USUAL, Found, kind_of_media, media_types, recognise
from tests.unit.files.making import (
    M4A,
    MP3_FRAME,
    MP4,
    OGG,
    PDF,
    TYPES,
    archive,
    gif,
    jpeg,
    png,
    webp,
)


def look(content: bytes, name: str = "file") -> Found | None:
    return recognise(io.BytesIO(content), len(content), name)


def kind(content: bytes, name: str = "file") -> str:
    found = look(content, name)
    return found.kind if found is not None else ""


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (png(640, 480), Found("png", 640, 480)),
        (jpeg(640, 480), Found("jpeg", 640, 480)),
        (jpeg(640, 480, 1), Found("jpeg", 640, 480)),
        (jpeg(640, 480, 6), Found("jpeg", 480, 640)),
        (jpeg(640, 480, 8, order=">"), Found("jpeg", 480, 640)),
        (gif(640, 480), Found("gif", 640, 480)),
        (webp(b"VP8 ", 640, 480), Found("webp", 640, 480)),
        (webp(b"VP8L", 640, 480), Found("webp", 640, 480)),
        (webp(b"VP8X", 640, 480), Found("webp", 640, 480)),
        (PDF, Found("pdf")),
        (archive("a.txt", "b/c.txt"), Found("zip")),
        (archive(TYPES, "word/document.xml"), Found("docx")),
        (archive(TYPES, "xl/workbook.xml"), Found("xlsx")),
        (archive(TYPES, "ppt/presentation.xml"), Found("pptx")),
        (archive("content.xml", mimetype="application/vnd.oasis.opendocument.text"), Found("odt")),
        (archive("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"), Found("ods")),
        (MP3_FRAME * 3, Found("mp3")),
        (b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 10 + MP3_FRAME, Found("mp3")),
        (OGG, Found("ogg")),
        (MP4, Found("mp4")),
        (M4A, Found("m4a")),
        ("Привет, мир!\n".encode(), Found("text")),
        (b"\xef\xbb\xbfwith a mark of its order", Found("text")),
    ],
    ids=lambda it: it.kind if isinstance(it, Found) else "",
)
def test_each_kind_is_told_by_its_bytes(content: bytes, found: Found) -> None:
    assert look(content) == found
    assert look(content, "page.svg") == found, "its name says nothing"


def test_a_table_is_text_that_is_called_one() -> None:
    assert kind(b"a,b\n1,2\n", "prices.CSV") == "csv"
    assert kind(b"a,b\n1,2\n", "prices.txt") == "text"
    assert kind(PDF, "prices.csv") == "pdf"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n\t ",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xef\xbb\xbf \n <?xml version='1.0'?><svg/>",
        b"<!DOCTYPE html><p>hello",
        b"<!-- a comment --><html>",
        b"\n\n<ScRiPt>alert(1)</script>",
        b"<h1>hello</h1>",
        b"</p>",
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01\x01",
        b"%!PS-Adobe-3.0 \x04",
        b"text with a \x00 in it",
        b"a terminal would obey \x1b]52;c;aGk=\x07 this",
        "a C1 control \x9b31m".encode(),
        b"latin1: caf\xe9",
        "cut in the middle of a letter: й".encode()[:-1],
        "utf-16".encode("utf-16"),
    ],
    ids=range(18),
)
def test_pages_programs_and_what_is_no_text_are_nothing(content: bytes) -> None:
    assert kind(content, "notes.txt") == ""


def test_markup_within_a_text_is_only_text() -> None:
    assert kind(b"Write <b>this</b>, then </html>") == "text"
    assert kind(b"<ivan> hello\n<anna> hi\n") == "text"


@pytest.mark.parametrize(
    "whole",
    [png(), jpeg(), jpeg(2, 3, 6), gif(), webp(b"VP8 ", 2, 3), webp(b"VP8L", 2, 3), webp(b"VP8X", 2, 3)],
    ids=["png", "jpeg", "exif", "gif", "vp8", "vp8l", "vp8x"],
)
def test_a_header_that_is_cut_off_is_no_picture_and_never_an_error(whole: bytes) -> None:
    for length in range(len(whole)):
        found = look(whole[:length])
        assert found is None or (found.width, found.height) in ((2, 3), (3, 2)) or found.kind == "text"


@pytest.mark.parametrize("content", [png(0, 3), png().replace(b"\0\0\0\x02", b"\x80\0\0\0", 1), jpeg(0, 0), gif(0, 9)])
def test_a_picture_without_a_size_is_none(content: bytes) -> None:
    assert kind(content) == ""


def test_a_jpeg_with_a_size_after_its_pixels_or_in_no_bounded_place_is_none() -> None:
    assert kind(b"\xff\xd8\xff\xda\0\x02" + jpeg()[2:]) == ""
    assert kind(b"\xff\xd8" + b"\xff\xe0\0\x02" * 1000 + jpeg()[2:]) == ""
    assert kind(b"\xff\xd8" + b"\xff\xe0\0\x02" * 100 + jpeg()[2:]) == "jpeg"


# ---------------------------------------------------------------- two things at once


def test_a_polyglot_is_what_it_begins_with() -> None:
    assert kind(png() + archive("evil.exe")) == "png"
    assert kind(gif() + b"/*<script>alert(1)</script>*/") == "gif"
    assert kind(PDF + archive("a.txt")) == "pdf"
    assert kind(b"\n" + PDF) in ("", "text")
    assert kind(b"#!/bin/sh\n" + archive("a.txt")) == "", "an archive with a script before it is no archive here"


# ---------------------------------------------------------------- archives


def test_a_document_with_macros_is_only_an_archive() -> None:
    assert kind(archive(TYPES, "word/document.xml", "word/vbaProject.bin"), "a.docx") == "zip"
    many = (f"word/media/{number:0200}.png" for number in range(4_500))  # more than is looked at
    assert kind(archive(TYPES, "word/document.xml", *many, "word/vbaProject.bin"), "a.docx") == "zip"


def test_an_archive_that_says_what_it_is_not_is_only_an_archive() -> None:
    assert kind(archive("word/document.xml")) == "zip"
    assert kind(archive(mimetype="application/x-evil")) == "zip"


def test_what_has_no_whole_directory_is_no_archive() -> None:
    whole = archive("a.txt", "b.txt")
    for length in (4, 30, len(whole) - 23, len(whole) - 1):
        assert kind(whole[:length]) == ""
    end = whole.rfind(b"PK\x05\x06")
    beyond = whole[: end + 12] + b"\xff\xff\xff\x7f" * 2 + whole[end + 20 :]
    assert kind(beyond) == ""


def test_an_archive_of_very_many_or_very_large_files_is_looked_at_for_a_moment_only() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb", b"\0" * 20_000_000)
        for number in range(2_000):
            file.writestr(f"{number:0200}", b"")
    assert kind(made.getvalue()) == "zip"


@given(st.binary(max_size=300), st.sampled_from([archive("a"), png(), jpeg(), PDF, MP3_FRAME * 2, MP4, OGG]))
@example(b"", archive("a"))
def test_no_bytes_are_an_error(tail: bytes, head: bytes) -> None:
    for content in (tail, head + tail, head[: len(tail)] + tail):
        found = look(content)
        assert found is None or found.kind in KINDS


def test_the_usual_kinds_have_types_and_none_is_a_page() -> None:
    types = media_types(USUAL)
    assert len(set(types)) == len(USUAL)
    assert not any("html" in each or "svg" in each or each.endswith("/xml") for each in types)
    assert all(kind_of_media(each) is not None for each in types)
