"""The README's pictures, drawn by the program itself: `make pictures` writes them as SVG into `docs/pictures/`.

They show the scene of the snapshots, so they change only when the screens do. `--look DIR` writes many more sizes and themes
elsewhere, to be looked at while working on the screens.
"""

import argparse
import asyncio
import os
import re
import tempfile
import time
from pathlib import Path

from opconsole.locale import set_language
from opconsole.settings import Settings
from opconsole.settings.model import Lang
from opconsole.ui.app import Console
from opconsole.wire.staff import Peek
from tests.ui import scene
from tests.ui.fake_relay import FakeRelay, console, until

ROOT = Path(__file__).resolve().parents[2]
Picture = tuple[str, tuple[int, int], str, Lang, str]
"""Name, columns and lines, theme, language, and the key that opens what it shows."""

README: list[Picture] = [
    ("workspace", (150, 40), "dusk", "en", ""),
    ("workspace-small", (80, 24), "dark", "en", ""),
    ("workspace-light-ru", (150, 40), "dawn", "ru", ""),
    ("templates", (120, 30), "dusk", "en", "f4"),
]
SIDES: tuple[tuple[str, Lang], ...] = (("dusk", "en"), ("dawn", "ru"))
LOOK: list[Picture] = [
    (f"{columns}x{lines}-{theme}-{lang}{'-' + key if key else ''}", (columns, lines), theme, lang, key)
    for columns, lines in ((80, 24), (120, 36), (160, 48), (220, 60))
    for theme, lang in SIDES
    for key in ("", "f1", "f4", "f10")
]


def without_web_fonts(svg: str) -> str:
    """Rich's export names fonts on the web; a picture must not call anywhere."""
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", "DejaVu Sans Mono")


async def draw(size: tuple[int, int], theme: str, lang: Lang, key: str, folder: Path) -> str:
    set_language(lang)
    relay = FakeRelay(scene.sync())
    app: Console = console(relay, folder, settings=Settings(theme=theme, lang=lang))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.store.link.is_live, "the link is live")
        app.navigation.show(11)
        relay.say(Peek(chat=11, text="И можно ли привезти вечером, после"))
        await until(pilot, lambda: "И можно ли" in app.export_screenshot().replace("&#160;", " "), "the peek is shown")
        app.workspace.composer.text = "Привезём завтра с 10 до 14, курьер позвонит за час."
        if key:
            await pilot.press(key.lower())
        await pilot.pause(0.2)
        return without_web_fonts(app.export_screenshot(title="opconsole"))


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--look", type=Path, metavar="DIR", help="draw every size, to be looked at")
    args = parser.parse_args()
    os.environ["TZ"] = "UTC"
    time.tzset()
    out: Path = args.look or ROOT / "docs" / "pictures"
    out.mkdir(parents=True, exist_ok=True)
    for name, size, theme, lang, key in LOOK if args.look else README:
        with tempfile.TemporaryDirectory() as home:
            os.environ["OPCONSOLE_HOME"] = home
            (out / f"{name}.svg").write_text(await draw(size, theme, lang, key, Path(home)), "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
