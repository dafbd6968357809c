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
    r"\bfetch\(|XMLHttpRequest|sendBeacon",
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


def test_a_link_is_made_in_one_place_only() -> None:
    """`withLinks`, which takes http(s) alone; what the shop's own pages link to stands in their markup."""
    assert SCRIPTS["the widget"].count('el("a"') == 1
