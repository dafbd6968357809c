"""Names of files: harmless on every system, and with the ending of what the file is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.wire import limits
from opconsole.wire.text import LONGEST_NAME_BYTES, clean_file_name, clean_line
from server_stub.files.kinds import KINDS
from server_stub.files.names import name_of


@pytest.mark.parametrize(
    ("said", "kind", "name"),
    [
        ("invoice.pdf", "pdf", "invoice.pdf"),
        ("invoice.pdf.exe", "pdf", "invoice.pdf"),
        ("invoice.exe", "pdf", "invoice.exe.pdf"),
        ("photo.png", "jpeg", "photo.jpg"),
        ("photo.JPEG", "jpeg", "photo.JPEG"),
        ("Счёт № 45", "pdf", "Счёт № 45.pdf"),
        ("run.bat", "text", "run.bat.txt"),
        ("notes.md", "text", "notes.md"),
        (".pdf", "pdf", "pdf.pdf"),
        ("..", "png", "file.png"),
        ("", "png", "file.png"),
        ("version 1.2", "zip", "version 1.2.zip"),
        ("a.svg", "png", "a.svg.png"),
    ],
)
def test_a_name_gets_the_ending_of_what_the_file_is(said: str, kind: str, name: str) -> None:
    assert name_of(said, KINDS[kind]) == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\System32\\calc.exe", "calc.exe"),
        ("\\\\server\\share\\x", "x"),
        ("a/b/", "b"),
        ("a\u2215b\uff0fc", "c"),
        (".bashrc", "bashrc"),
        ("...hidden", "hidden"),
        ("-rf", "_rf"),
        ("~root", "_root"),
        ("CON", "_CON"),
        ("aux.txt", "_aux.txt"),
        ("Lpt1.pdf", "_Lpt1.pdf"),
        ("console.txt", "console.txt"),
        ("end. . ", "end"),
        ("cod\u202egnp.exe", "cod_gnp.exe"),
        ("a\x1b[2J\nb\x00.txt", "a_[2J b_.txt"),
        ('a<b>:"c"|?*.txt', "a_b___c____.txt"),
        ("  two   spaces  ", "two spaces"),
        ("и\u0306.txt", "й.txt"),
        ("", "file"),
        ("///", "file"),
    ],
)
def test_a_name_does_no_harm(said: str, name: str) -> None:
    assert clean_file_name(said) == name


@given(st.text(max_size=400))
def test_whatever_it_was_called_it_is_a_name(said: str) -> None:
    for kind in ("pdf", "text", "docx"):
        name = name_of(said, KINDS[kind])
        assert 0 < len(name) <= limits.FILE_NAME_CHARS
        assert len(name.encode()) <= LONGEST_NAME_BYTES
        assert name.rpartition(".")[2].lower() in KINDS[kind].endings
        assert not set('/\\:*?"<>|\n\0') & set(name)
        assert not name.startswith((".", "-", "~", " "))
        assert clean_line(name) == name
        assert name_of(name, KINDS[kind]) == name
