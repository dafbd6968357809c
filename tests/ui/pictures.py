"""The pictures of the README and of the handbook, drawn by the program itself: `make pictures` writes them as SVG into `docs/pictures/`.

They show the scene of the snapshots, so they change only when the screens do. `--look DIR` writes many more sizes and themes
elsewhere, to be looked at while working on the screens.
"""

import argparse
import asyncio
import os
import re
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from msgspec.structs import replace
from textual import events
from textual.pilot import Pilot

from opconsole.locale import set_language
from opconsole.settings import Settings
from opconsole.settings.model import Lang
from opconsole.ui.app import Console
from opconsole.wire.messages import Kind, Message
from opconsole.wire.search import Found, Hint, Hinted, Hints, Hit, Search
from opconsole.wire.staff import Peek
from tests.ui import scene
from tests.ui.fake_relay import NOW, FakeRelay, console, until

ROOT = Path(__file__).resolve().parents[2]
Question = TypeVar("Question", Search, Hints)
DRAFT = "Привезём завтра с 10 до 14, курьер позвонит за час."


class Stage:
    """The console that is drawn, and the relay that it talks to."""

    def __init__(self, app: Console, pilot: Pilot[Any], relay: FakeRelay) -> None:
        self.app = app
        self.pilot = pilot
        self.relay = relay

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def write(self, text: str) -> None:
        for character in text:
            self.app.post_message(events.Key(character, character))
        await self.pilot.pause()

    async def asked(self, kind: type[Question], text: str) -> Question:
        """What is asked of the relay once this is typed."""

        def last() -> Question | None:
            return next((each for each in reversed(self.relay.sent(kind)) if each.text == text), None)

        await self.write(text)
        await until(self.pilot, last, f"the question for {text}")
        found = last()
        assert found is not None
        return found

    async def shows(self, words: str) -> None:
        await until(
            self.pilot, lambda: words in self.app.export_screenshot().replace("&#160;", " "), f"{words} is shown"
        )


Arrange = Callable[[Stage], Awaitable[None]]


class Picture(NamedTuple):
    name: str
    size: tuple[int, int]
    theme: str = "dusk"
    lang: Lang = "en"
    arrange: Arrange | None = None
    """What is done before the picture is taken. None: the conversation, and a reply that is being written."""


def key(name: str) -> Arrange:
    async def press(stage: Stage) -> None:
        stage.app.workspace.composer.put(DRAFT)
        await stage.press(name)

    return press


async def switcher(stage: Stage) -> None:
    await stage.press("ctrl+k")
    await stage.write("an")


async def command_line(stage: Stage) -> None:
    stage.app.workspace.action_run("command_line")
    await stage.pilot.pause()
    await stage.write("status away ")


HITS = [
    Hit(chat=11, n=7, at=NOW - 18 * scene.M, by="visitor", visitor="Иван Петров",
        snippet="А можно оплатить картой при получении? И ещё вопрос: в коробке…", marks=[17, 6]),
    Hit(chat=1032, n=4, at=NOW - 27 * 60 * scene.M, by="olga", name="Olga", visitor="Мария Климова", rating=5,
        snippet="Да, картой можно: и курьеру, и в пункте выдачи.", marks=[4, 6]),
    Hit(chat=987, n=9, at=NOW - 9 * 24 * 60 * scene.M, by="anna", name="Anna", visitor="Jürgen Großmann", note=True,
        snippet="Хотел заплатить картой, банк отклонил: ждём перевода", marks=[16, 6]),
    Hit(chat=640, n=3, at=NOW - 61 * 24 * 60 * scene.M, by="visitor", visitor="Пётр", rating=3,
        snippet="Деньги за отменённый заказ вернутся на карту?", marks=[39, 5]),
]  # fmt: skip


async def search(stage: Stage) -> None:
    await stage.press("ctrl+e")
    question = await stage.asked(Search, "карта")
    stage.relay.say(Found(id=question.id, hits=HITS))
    await stage.shows("Климова")


HINTS = [
    Hint(text="Да, картой можно: и курьеру, и в пункте выдачи.", said=14, by="olga", name="Olga", at=NOW, rating=5, mine=True),
    Hint(text="Картой — да. Или наличными, курьеру.", said=6, by="anna", name="Anna", at=NOW, rating=4),
    Hint(text="Картой можно оплатить и на сайте, в личном кабинете.", said=2, by="ivan", name="Иван Сидоров", at=NOW),
]  # fmt: skip


async def hints(stage: Stage) -> None:
    stage.app.workspace.composer.put("")
    question = await stage.asked(Hints, "Карт")
    stage.relay.say(Hinted(id=question.id, chat=question.chat, hints=HINTS))
    await stage.shows("пункте выдачи")


async def settings(stage: Stage) -> None:
    stage.app.workspace.action_run("settings")
    await stage.pilot.pause()
    await stage.press(*["down"] * 9)


async def split(stage: Stage) -> None:
    stage.app.workspace.action_run("split")
    stage.app.workspace.composer.put(DRAFT)
    await stage.shows("that is all")


README = [
    Picture("workspace", (150, 40)),
    Picture("workspace-small", (80, 24), "dark"),
    Picture("workspace-light-ru", (150, 40), "dawn", "ru"),
]
HANDBOOK = [
    Picture("templates", (110, 26), arrange=key("f4")),
    Picture("switcher", (110, 26), arrange=switcher),
    Picture("search", (110, 13), arrange=search),
    Picture("hints", (110, 26), arrange=hints),
    Picture("split", (170, 32), arrange=split),
    Picture("settings", (110, 30), arrange=settings),
]
SIDES: tuple[tuple[str, Lang], ...] = (("dusk", "en"), ("dawn", "ru"))
WAYS: dict[str, Arrange | None] = {"": None, "f1": key("f1"), "f4": key("f4"), "f10": key("f10")} | {
    way.__name__: way for way in (switcher, command_line, search, hints, settings)
}
LOOK = [
    Picture(f"{columns}x{lines}-{theme}-{lang}{'-' + name if name else ''}", (columns, lines), theme, lang, way)
    for columns, lines in ((80, 24), (120, 36), (160, 48), (220, 60))
    for theme, lang in SIDES
    for name, way in WAYS.items()
]


def beside() -> list[Message]:
    """What was said in the chat that stands beside."""
    return [
        Message(chat=12, n=1, p=1, at=NOW - 900 * scene.S, kind=Kind.say, by="visitor", name="Anna Smith", text="Hello! Where does the discount code go?"),
        Message(chat=12, n=2, at=NOW - 860 * scene.S, kind=Kind.event, by="olga", name="Olga", text="taken"),
        Message(chat=12, n=3, p=2, at=NOW - 160 * scene.S, kind=Kind.say, by="visitor", name="Anna Smith", text="Found it. Thanks, that is all!"),
    ]  # fmt: skip


def without_web_fonts(svg: str) -> str:
    """Rich's export names fonts on the web; a picture must not call anywhere."""
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", "DejaVu Sans Mono")


async def draw(picture: Picture, folder: Path) -> str:
    set_language(picture.lang)
    sync = scene.sync()
    relay = FakeRelay(replace(sync, messages=[*sync.messages, *beside()]))
    app: Console = console(relay, folder, settings=Settings(theme=picture.theme, lang=picture.lang, spelling=False))
    async with app.run_test(size=picture.size) as pilot:
        stage = Stage(app, pilot, relay)
        await until(pilot, lambda: app.store.link.is_live, "the link is live")
        app.controllers.navigation.show(11)
        relay.say(Peek(chat=11, text="И можно ли привезти вечером, после"))
        await stage.shows("И можно ли")
        if picture.arrange is None:
            app.workspace.composer.put(DRAFT)
        else:
            await picture.arrange(stage)
        await pilot.pause(0.2)
        return without_web_fonts(app.export_screenshot(title="opconsole"))


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--look", type=Path, metavar="DIR", help="draw every size, to be looked at")
    args = parser.parse_args()
    os.environ["TZ"] = "UTC"
    for variable in [name for name in os.environ if name.startswith("XDG_") or name == "OPCONSOLE_HOME"]:
        del os.environ[variable]
    time.tzset()
    out: Path = args.look or ROOT / "docs" / "pictures"
    out.mkdir(parents=True, exist_ok=True)
    for picture in LOOK if args.look else [*README, *HANDBOOK]:
        with tempfile.TemporaryDirectory() as home:
            os.environ["HOME"] = home  # its name isn't in the pictures, which must not change by themselves
            (out / f"{picture.name}.svg").write_text(await draw(picture, Path(home)), "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
