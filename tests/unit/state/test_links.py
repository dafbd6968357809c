"""Links in words: where they begin and end, and what there is to know of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opconsole.state.links import LONGEST, about, links_in, links_of


def urls(text: str) -> list[str]:
    return [link.url for link in links_in(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://shop.example/a?b=c&d=e#f now", ["https://shop.example/a?b=c&d=e#f"]),
        ("Вот ссылка: https://shop.example/товар, спасибо.", ["https://shop.example/товар"]),
        ("смотрите(https://shop.example/a_(b))!", ["https://shop.example/a_(b)"]),
        ("[https://shop.example/]", ["https://shop.example/"]),
        ("«https://shop.example/»", ["https://shop.example/"]),
        ("https://shop.example,спасибо", ["https://shop.example"]),
        ("https://one.example\nhttps://two.example/x\n", ["https://one.example", "https://two.example/x"]),
        ("HTTP://Shop.Example/A", ["HTTP://Shop.Example/A"]),
        ("www.shop.example/a.", ["https://www.shop.example/a"]),
        (
            "http://localhost:8080/x http://[::1]:80/ http://10.0.0.1/",
            ["http://localhost:8080/x", "http://[::1]:80/", "http://10.0.0.1/"],
        ),
        ("https://пример.рф/путь?", ["https://пример.рф/путь"]),
        ("mailto:a.b+c@shop.example?attach=/etc/passwd", ["mailto:a.b+c@shop.example"]),
        ("https://good.example@evil.example/x", ["https://good.example@evil.example/x"]),
        (r"https://good.example\@evil.example", ["https://good.example"]),
        ("https://good.example%2eevil.example/", ["https://good.example"]),
        ("https://good.example。evil.example", ["https://good.example"]),
        ("https://shop.example/a b", ["https://shop.example/a"]),
        ("https://shop.example/a…", ["https://shop.example/a"]),
    ],
)
def test_links_end_where_the_sentence_goes_on(text: str, found: list[str]) -> None:
    assert urls(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://shop.example/", "https://", "http://word",
        "xhttps://shop.example", "https:///etc/passwd", "http://-a.example/", "http://a..example/", "http://shop.example:0/",
        "http://shop.example:99999/", "a@shop.example", "mailto:nobody", "https://?x", "ssh://shop.example",
    ],
)  # fmt: skip
def test_only_web_and_mail_addresses_that_can_be_opened_are_links(text: str) -> None:
    assert urls(text) == []


@given(st.text(max_size=300))
def test_what_is_found_stands_in_the_text_and_is_one_of_three_schemes(text: str) -> None:
    end = 0
    for link in links_in(text):
        assert end <= link.start < link.end <= len(text)
        end = link.end
        written = text[link.start : link.end]
        assert link.url.removeprefix("https://").endswith(written.removeprefix("https://")) or link.url.endswith(
            written[7:]
        )
        assert link.url.lower().startswith(("http://", "https://", "mailto:"))
        assert len(link.url) <= LONGEST + 8
        assert not any(character.isspace() for character in link.url)
        about(link.url)


PATHS = st.text(st.sampled_from("abcя/-_=&?#%1"), max_size=20)


@given(
    st.sampled_from(["(", "«", "смотри ", "\n", "", "["]),
    PATHS,
    st.sampled_from([")", ".", "», ", "\nа", " ", "]", "!"]),
)
def test_a_link_is_found_whole_whatever_stands_around_it(before: str, path: str, after: str) -> None:
    url = "https://shop.example/x" + path + "z"
    assert urls(f"{before}{url}{after}") in ([url], [url + "…"])


def test_the_same_link_is_given_once() -> None:
    assert links_of(["https://a.example", "x https://a.example y https://b.example"]) == [
        "https://a.example",
        "https://b.example",
    ]


# ---------------------------------------------------------------- about a link


def test_a_plain_link_needs_no_warning() -> None:
    link = about("https://shop.example:8443/a")
    assert (link.host, link.ascii_host, link.port, link.is_plain) == ("shop.example", "shop.example", 8443, True)


def test_a_name_in_other_letters_is_shown_in_both_ways() -> None:
    assert (about("https://пример.рф").host, about("https://пример.рф").ascii_host) == (
        "пример.рф",
        "xn--e1afmkfd.xn--p1ai",
    )
    assert about("https://xn--e1afmkfd.xn--p1ai/x").host == "пример.рф"
    assert not about("https://пример.рф").mixed


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("straße.de", "xn--strae-oqa.de"),
        ("faß.straße.de", "xn--fa-hia.xn--strae-oqa.de"),
        ("βόλος.com", "xn--nxasmm1c.com"),
        ("STRASSE.de", "strasse.de"),
    ],
)
def test_letters_that_the_network_keeps_today_are_not_told_by_the_old_rule(host: str, network: str) -> None:
    """By IDNA 2003 ß is ss, which is somebody else's name by IDNA 2008, by which browsers go (UTS 46, non-transitional)."""
    assert about(f"https://{host}/").ascii_host == network
    assert about(f"https://{network.upper()}/").host == host.lower()


@pytest.mark.parametrize(
    "url", ["https://pаypal.com", "https://xn--pypal-4ve.com/", "https://аррӏе.com/", "https://gοogle.com"]
)
def test_letters_that_pretend_are_pointed_out(url: str) -> None:
    assert about(url).mixed


@pytest.mark.parametrize(
    "url", ["https://магазин.com", "https://shop.рф", "https://münchen.de", "https://shop-24.example"]
)
def test_names_of_one_script_are_not(url: str) -> None:
    assert not about(url).mixed


def test_what_stands_before_the_at_is_pointed_out() -> None:
    link = about("https://bank.example@evil.example/login")
    assert (link.user, link.host, link.is_plain) == ("bank.example", "evil.example", False)


def test_an_address_is_told_whole() -> None:
    assert (about("mailto:me@shop.example").scheme, about("mailto:me@shop.example").host) == (
        "mailto",
        "me@shop.example",
    )
