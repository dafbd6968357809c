"""What a browser's User-Agent says, simply: browser with its major version, and system. Pure; nothing of it is trusted.

A full database of agents is megabytes that age; an operator wants `Chrome 126 · Windows`, and to know whether it is a phone.
Order matters: nearly every browser also claims to be another one.
"""

import re
from typing import Final

_BROWSERS: Final = (
    ("Yandex", re.compile(r"YaBrowser/(\d+)")),
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"(?:OPR|OPiOS|Opera)/(\d+)")),
    ("Vivaldi", re.compile(r"Vivaldi/(\d+)")),
    ("Samsung", re.compile(r"SamsungBrowser/(\d+)")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"(?:Chrome|CriOS|HeadlessChrome)/(\d+)")),
    ("Safari", re.compile(r"Version/(\d+)[\d.]* (?:Mobile/\S+ )?Safari")),
)
_SYSTEMS: Final = (
    ("iPhone", re.compile(r"iPhone")),
    ("iPad", re.compile(r"iPad")),
    ("Android", re.compile(r"Android")),
    ("Windows", re.compile(r"Windows")),
    ("macOS", re.compile(r"Mac OS X|Macintosh")),
    ("ChromeOS", re.compile(r"CrOS")),
    ("Linux", re.compile(r"Linux|X11")),
)


def device(agent: str) -> str:
    """`Chrome 126 · Windows`; of an unknown one the first words of the agent; empty: nothing was sent."""
    browser = next((f"{name} {match[1]}" for name, form in _BROWSERS if (match := form.search(agent))), "")
    system = next((name for name, form in _SYSTEMS if form.search(agent)), "")
    found = " · ".join(part for part in (browser, system) if part)
    return found or agent[:40]
