"""Templates within templates: put together, and never without end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.template_parts import DEPTH, PARTS, IncludeFault, expand
from opconsole.wire import limits

TEXTS = {
    "hi": "Hello{?, {visitor}}!",
    "both": "{>hi} {> /bye }",
    "bye": "Bye.",
    "me": "{>Me}",
    "a": "{>b}",
    "b": "x {>c}",
    "c": "{>a}",
    "long": "я" * (limits.TEXT_BYTES // 4),
}


def test_each_part_stands_where_its_code_stood() -> None:
    assert expand("{>both} Now.", TEXTS.get) == "Hello{?, {visitor}}! Bye. Now."
    assert expand("plain {visitor}", TEXTS.get) == "plain {visitor}"
    assert expand("{{>hi}}", TEXTS.get) == "{{>hi}}", "braces written twice are braces"


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("{>me}", "", "/Me would stand within itself: /me → /Me."),
        ("{>a}", "", "/a would stand within itself: /a → /b → /c → /a."),
        ("{>hi}", "HI", "/hi would stand within itself: /HI → /hi."),
        ("{>nobody}", "", "There is no template /nobody, which it puts in."),
        ("{>long}{>long}{>long}", "", "at most 8192 bytes"),
        ("{>bye}" * (PARTS + 1), "", f"at most {PARTS}"),
    ],
)
def test_what_can_not_be_put_together_says_why(text: str, code: str, says: str) -> None:
    with pytest.raises(IncludeFault) as fault:
        expand(text, lambda code: TEXTS.get(code.casefold()), code)
    assert says in str(fault.value)


def test_parts_stand_within_parts_only_so_deep() -> None:
    chain = {f"t{n}": f"{{>t{n + 1}}}" for n in range(50)} | {f"t{DEPTH}": "end"}
    assert expand("{>t0}", chain.get) == "end"
    del chain[f"t{DEPTH}"]
    chain[f"t{DEPTH}"] = "{>last}"
    chain["last"] = "end"
    with pytest.raises(IncludeFault, match="too deep"):
        expand("{>t0}", chain.get)


@given(st.dictionaries(st.sampled_from("abcde"), st.text(st.sampled_from("{}>abcde "), max_size=30)))
def test_whatever_puts_whatever_in_it_ends(texts: dict[str, str]) -> None:
    for code in texts:
        assert len(expanded(texts, code).encode()) <= limits.TEXT_BYTES


def expanded(texts: dict[str, str], code: str) -> str:
    try:
        return expand(texts[code], texts.get, code)
    except IncludeFault as fault:
        return str(fault)
