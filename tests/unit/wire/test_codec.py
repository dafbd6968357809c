"""The codec: every frame comes through whole, clean, or is refused with a reason."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from opconsole.wire import codec, limits
from opconsole.wire.cards import ChatCard, Page, Place, Profile, VisitorCard, VisitorNote
from opconsole.wire.codec import BadFrame
from opconsole.wire.messages import Message
from opconsole.wire.staff import Hello, Peek, Refused, Say, StaffDown, StaffUp, Sync
from opconsole.wire.text import LONGEST_LINE_CHARS, LONGEST_TEXT_CHARS
from opconsole.wire.visitor import VisitorDown, VisitorHello, VisitorSay, VisitorUp
from tests.unit.wire import strategies

Decode = Callable[[str | bytes], Struct]

SIDES: dict[str, tuple[Any, Decode]] = {
    "staff up": (StaffUp, codec.decode_staff_up),
    "staff down": (StaffDown, codec.decode_staff_down),
    "visitor up": (VisitorUp, codec.decode_visitor_up),
    "visitor down": (VisitorDown, codec.decode_visitor_down),
}
each_side = pytest.mark.parametrize(("union", "decode"), SIDES.values(), ids=SIDES)


def fits(sent: tuple[Decode, Struct]) -> bool:
    """Whether the frame is within the protocol's bounds when it has been cleaned."""
    decode, frame = sent
    try:
        decode(codec.encode(codec.clean_struct(frame)))
    except BadFrame:
        return False
    return True


patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Frames are large to make, and a busy machine is no fault."""

any_frame = st.sampled_from(
    [st.tuples(st.just(decode), strategies.frame(union)) for union, decode in SIDES.values()]
).flatmap(lambda sent: sent)


@patient
@given(any_frame)
def test_a_frame_comes_through_as_its_cleaned_self(sent: tuple[Decode, Struct]) -> None:
    assume(fits(sent))
    decode, frame = sent

    assert decode(codec.encode(frame)) == codec.clean_struct(frame)


@patient
@given(any_frame)
def test_the_shortcut_gives_what_the_walk_gives(sent: tuple[Decode, Struct]) -> None:
    assume(fits(sent))
    decode, frame = sent
    line = codec.encode(frame)
    with patch.object(codec, "may_be_hostile", return_value=True):
        walked = decode(line)

    assert decode(line) == walked


@patient
@given(any_frame)
def test_what_was_decoded_is_clean_and_stays_so(sent: tuple[Decode, Struct]) -> None:
    assume(fits(sent))
    decode, frame = sent
    decoded = decode(codec.encode(frame))

    assert codec.clean_struct(decoded) is decoded
    assert codec.clean_struct(codec.clean_struct(frame)) == decoded


@patient
@given(any_frame)
def test_a_frame_is_one_line_and_text_and_bytes_are_the_same(sent: tuple[Decode, Struct]) -> None:
    assume(fits(sent))
    decode, frame = sent
    line = codec.encode(frame)

    assert b"\n" not in line
    assert decode(line) == decode(line.decode())


@each_side
@given(junk=st.text(max_size=60) | st.binary(max_size=60))
def test_junk_is_a_bad_frame_and_nothing_else(union: Any, decode: Decode, junk: str | bytes) -> None:
    with pytest.raises(BadFrame) as caught:
        decode(junk)

    assert caught.value.reason
    assert "\n" not in caught.value.reason


@each_side
def test_an_unknown_kind_is_refused_by_its_name(union: Any, decode: Decode) -> None:
    with pytest.raises(BadFrame, match="'teleport'"):
        decode('{"t":"teleport","id":"a"}')


@each_side
def test_a_frame_without_a_kind_is_refused(union: Any, decode: Decode) -> None:
    with pytest.raises(BadFrame, match="`t`"):
        decode('{"id":"a"}')


def test_unknown_fields_are_ignored_however_deep() -> None:
    frame = codec.decode_visitor_up(
        '{"t":"hello","mood":{"a":[1,null,"x"]},"profile":{"page":{"url":"/a","fold":3},"battery":0.5}}'
    )

    assert frame == VisitorHello(profile=Profile(page=Page(url="/a")))


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ('{"t":"say","id":"a"}', "text"),
        ('{"t":"say","id":"","text":"x"}', "id"),
        (f'{{"t":"say","id":"{"i" * 37}","text":"x"}}', "id"),
        (f'{{"t":"say","id":"a","text":"{"x" * (limits.TEXT_BYTES + 1)}"}}', "text"),
        ('{"t":"say","id":"a","text":7}', "text"),
        ('{"t":"rate","id":"a","score":6}', "score"),
        ('{"t":"rate","id":"a","score":0}', "score"),
        ('{"t":"read","n":-1}', "n"),
        ('{"t":"read","n":1e3}', "n"),
        ('{"t":"read","n":9007199254740993}', "n"),
        ('{"t":"read","n":' + "9" * 6000 + "}", "n"),
        (f'{{"t":"typing","text":"{"x" * (limits.PEEK_CHARS + 1)}"}}', "text"),
        ('{"t":"hello","profile":{"page":[]}}', "profile.page"),
    ],
)
def test_a_reason_says_where_the_frame_is_wrong(line: str, where: str) -> None:
    with pytest.raises(BadFrame) as caught:
        codec.decode_visitor_up(line)

    assert f"`{where}`" in caught.value.reason or f"`$.{where}`" in caught.value.reason


def test_a_reason_is_short_and_clean_whatever_the_frame_says() -> None:
    with pytest.raises(BadFrame) as caught:
        codec.decode_visitor_up('{"t":"\\u001b]0;x\\u0007' + "y" * 20_000 + '"}')

    assert len(caught.value.reason) <= 200
    assert "\x1b" not in caught.value.reason


@pytest.mark.parametrize(
    "line",
    [
        "",
        "\x00",
        "null",
        "[]",
        '{"t":"end","id":"a"',
        '{"t":"end","id":"a"}{}',
        '{"t":"say","id":"a","text":"two\nlines"}',
        '{"t":"say","id":"a","text":"\\ud800"}',
        '{"t":"say","id":"a","text":"\ud800"}',
        b'{"t":"say","id":"a","text":"\xff"}',
        b'{"t":"say","id":"a","text":"\xed\xa0\x80"}',
        '{"t":"read","n":1,"x":' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
    ids=lambda line: ascii(line)[:40],
)
def test_what_is_not_json_text_is_refused(line: str | bytes) -> None:
    with pytest.raises(BadFrame):
        codec.decode_visitor_up(line)


def test_a_template_code_has_no_blanks_nor_slashes() -> None:
    for code in ("hello\n", "a b", "/hello", "", "x" * (limits.CODE_CHARS + 1)):
        line = msgspec.json.encode({"t": "save_template", "id": "a", "template": "t1", "code": code})
        with pytest.raises(BadFrame, match="code"):
            codec.decode_staff_up(line)


def test_messages_keep_their_lines_and_names_do_not() -> None:
    message = Message(chat=1, n=1, by="visitor", name="Eve\nadmin:", text="one\ntwo\x1b[2J")

    assert codec.decode_staff_down(codec.encode(message)) == Message(
        chat=1, n=1, by="visitor", name="Eve admin:", text="one\ntwo␛[2J"
    )


def test_strings_are_cleaned_in_lists_structs_and_the_keys_of_mappings() -> None:
    evil, shown = "a\x1b\nb", "a␛ b"
    dirty = VisitorCard(
        rev=1,
        visitor="v",
        profile=Profile(page=Page(title=evil), utm={evil: evil}),
        notes=[VisitorNote(at=1, by=evil, text=evil)],
    )
    sync = Sync(head=1, visitors=[dirty], chats=[ChatCard(rev=1, chat=1, place=Place.held, visitor="v", let_go=[evil])])

    decoded = codec.decode_staff_down(codec.encode(sync))

    assert isinstance(decoded, Sync)
    assert decoded.chats[0].let_go == [shown]
    assert decoded.visitors[0] == VisitorCard(
        rev=1,
        visitor="v",
        profile=Profile(page=Page(title=shown), utm={shown: shown}),
        notes=[VisitorNote(at=1, by=shown, text="a␛\nb")],
    )


def test_facts_of_a_refusal_are_cleaned() -> None:
    refused = Refused(code="taken", text="It is taken.", facts={"by": "\u202eeve", "n": 4})

    assert codec.decode_staff_down(codec.encode(refused)) == Refused(
        code="taken", text="It is taken.", facts={"by": "\ufffdeve", "n": 4}
    )


def test_a_clean_frame_is_not_copied() -> None:
    frame = Say(id="a", chat=1, text="Hello\nthere")

    assert codec.clean_struct(frame) is frame


def test_chats_are_named_by_number_as_keys() -> None:
    assert codec.encode(Hello(have={12: 40})) == b'{"t":"hello","have":{"12":40}}'
    assert codec.decode_staff_up(b'{"t":"hello","have":{"12":40}}') == Hello(have={12: 40})
    with pytest.raises(BadFrame):
        codec.decode_staff_up(b'{"t":"hello","have":{"twelve":40}}')


def test_defaults_are_not_sent() -> None:
    assert codec.encode(VisitorSay(id="a", text="")) == b'{"t":"say","id":"a","text":""}'
    assert codec.encode(Peek(chat=3)) == b'{"t":"peek","chat":3}'


def test_every_limit_leaves_room_for_what_it_bounds() -> None:
    worst_text = "\x01" * limits.TEXT_BYTES
    frame = codec.encode(VisitorSay(id="i" * limits.ID_CHARS, text=worst_text))

    assert limits.OUTBOX_COMMANDS < limits.REMEMBERED_IDS
    assert len(frame) > limits.VISITOR_FRAME_BYTES, (
        "escapes may exceed the frame: the edge closes, the desk never sees it"
    )
    assert len(codec.encode(VisitorSay(id="i" * limits.ID_CHARS, text="я" * (limits.TEXT_BYTES // 2)))) < 9 * 1024
    assert len(codec.encode(Hello(have=dict.fromkeys(range(10**9, 10**9 + 5000), 2**53)))) < limits.STAFF_FRAME_BYTES


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ('{"t":"say","id":"a","text":"' + "\\t" * limits.TEXT_BYTES + '"}', "text"),
        ('{"t":"typing","text":"' + "\\t" * limits.PEEK_CHARS + '"}', "text"),
        ('{"t":"say","id":"\\u200d","text":"x"}', "id"),
    ],
)
def test_the_bounds_hold_for_what_comes_out_of_the_cleaning(line: str, where: str) -> None:
    with pytest.raises(BadFrame, match=where):
        codec.decode_visitor_up(line)


def test_chats_that_a_console_holds_are_numbers_within_bounds() -> None:
    """Others could be made so that Python's dictionary takes a second for them: their hashes are all the same."""
    assert codec.decode_staff_up('{"t":"hello","have":{"9007199254740992":3}}') == Hello(have={2**53: 3})
    with pytest.raises(BadFrame, match="have"):
        codec.decode_staff_up('{"t":"hello","have":{"2305843009213693951":1}}')


def test_a_text_longer_than_the_protocol_allows_is_cut_at_the_console() -> None:
    peek = codec.decode_staff_down(codec.encode(Peek(chat=1, text="w" * 1_000_000)))
    assert isinstance(peek, Peek)
    assert len(peek.text) == LONGEST_TEXT_CHARS
    assert peek.text.endswith("w…")
    card = codec.decode_staff_down(codec.encode(VisitorCard(rev=1, visitor="v", name="n" * 100_000)))
    assert isinstance(card, VisitorCard)
    assert len(card.name) == LONGEST_LINE_CHARS


def test_the_longest_text_of_the_protocol_is_not_cut() -> None:
    text = "\t" * limits.TEXT_BYTES
    peek = codec.decode_staff_down(codec.encode(Peek(chat=1, text=text)))
    assert isinstance(peek, Peek)
    assert peek.text == " " * 4 * limits.TEXT_BYTES
