"""What runs in a visitor's browser never makes markup or code of text: no such call stands in any script of ours."""

import re
from pathlib import Path

import pytest

from server_stub.edge.widget.bundle import widget_script

ROOT = Path(__file__).resolve().parents[2] / "server_stub" / "edge" / "widget"
SCRIPTS = {"the widget": widget_script()} | {
    path.name: path.read_text("utf-8") for path in sorted((ROOT / "static").rglob("*.js"))
}

SINKS = (
    r"\b(?:inner|outer)HTML\b",
    r"\binsertAdjacentHTML\b",
    r"\bset(?:HTML|HTMLUnsafe)\b",
    r"\bdocument\s*\.\s*write(?:ln)?\b",
    r"\beval\b",
    r"\bFunction\s*\(",
    r"\bcreateContextualFragment\b",
    r"\bDOMParser\b",
    r"\bsrcdoc\b",
    r"\bexecCommand\b",
    r"\bimportScripts\b",
    r"\bimport\s*\(",
    r"\bcreateElement\(\s*[\"'](?:script|iframe|object|embed|style|link|base|form)[\"']",
    r"\bset(?:Timeout|Interval)\(\s*[\"'`]",
    r"\bsetAttribute\(\s*[\"'](?:on|style|src)",
    r"\blocation\s*(?:\.\s*href\s*)?=[^=]",
    r"\bpostMessage\b",
    r"addEventListener\(\s*[\"']message[\"']",
    r"\bcreatePolicy\b",
    r"\.cssText\b",
    r"\bdocument\.(?:cookie|domain)\b",
    r"\bwindow\.open\(",
    r"\bfetch\(|sendBeacon",
)


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_makes_markup_or_code_of_text(name: str) -> None:
    found = [line.strip() for line in SCRIPTS[name].splitlines() for sink in SINKS if re.search(sink, line)]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "node.innerHTML = text;",
        "document . write(text)",
        'setTimeout("go()", 1)',
        "new Function('return 1')()",
        'window.addEventListener("message", hear)',
        'document.createElement("iframe")',
        "location.href = url;",
    ],
)
def test_the_test_above_sees_such_a_call(line: str) -> None:
    assert any(re.search(sink, line) for sink in SINKS)


def test_links_are_made_in_two_places_only() -> None:
    """`withLinks`, which takes http(s) alone, and `keepFile`, which saves bytes that nothing opens; what the shop's own pages link to
    stands in their markup."""
    script = SCRIPTS["the widget"]
    assert re.findall(r'el\("a", [^)]*\)', script) == [
        'el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow ugc", title: href }, shown)',
        'el("a", { href, download: name })',
    ]


def test_requests_are_made_in_one_place_only() -> None:
    """`transfer`, which takes a ticket's address, sends no header of its own and no cookie."""
    found = [name for name, script in SCRIPTS.items() for _ in re.findall(r"\bXMLHttpRequest\b", script)]
    assert found == ["the widget"]
    assert not re.search(r"\b(?:withCredentials|setRequestHeader)\b", SCRIPTS["the widget"])


def test_addresses_of_bytes_are_given_back() -> None:
    script = SCRIPTS["the widget"]
    assert script.count("createObjectURL(") == script.count("revokeObjectURL(") == 1
