"""Who the simulated visitors are: character, habits, browser and errand, drawn from a seed. Pure: same seed, same person.

Times are milliseconds. `pace` makes everybody quicker by that factor: 1 is how people are, 10 fits a shift into half a minute.
"""

from random import Random
from typing import Final

from msgspec import Struct

from opconsole.simulation.dialogues import Dialogues, Language, Scenario, dialogues
from opconsole.wire.cards import Page, Profile

AGENTS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 YaBrowser/25.6.0.0 Safari/537.36",
)
DESKTOP: Final = ("1920x1080", "1440x900", "2560x1440", "1366x768")
PHONE: Final = ("390x844", "412x915", "360x800")
ZONES: Final[dict[Language, tuple[tuple[str, str], ...]]] = {
    "en": (
        ("en-GB", "Europe/London"),
        ("en-IE", "Europe/Dublin"),
        ("en-US", "America/New_York"),
        ("en-CA", "America/Vancouver"),
        ("en-IN", "Asia/Kolkata"),
        ("en-GB", "Europe/Lisbon"),
    ),
    "ru": (
        ("ru-RU", "Europe/Moscow"),
        ("ru-RU", "Asia/Yekaterinburg"),
        ("ru", "Asia/Novosibirsk"),
        ("ru-RU", "Asia/Vladivostok"),
        ("ru-KZ", "Asia/Almaty"),
    ),
}
SEARCHES: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("stoneware teapot 700 ml", "copper kettle gas stove", "matcha whisk", "tea cups pair gift", "smoked tea"),
    "ru": ("чайник керамика 700 мл", "медный чайник купить", "венчик для матча", "чашки ручной работы", "луговой мёд"),
}
CAMPAIGNS: Final = (
    {"source": "newsletter", "medium": "email", "campaign": "autumn"},
    {"source": "instagram", "medium": "social", "campaign": "kettles"},
    {"source": "google", "medium": "cpc", "campaign": "teaware", "term": "teapot"},
    {"source": "yandex", "medium": "cpc", "campaign": "posuda"},
)


class Person(Struct, frozen=True, kw_only=True):
    """One simulated visitor. Of their texts everything is settled before they come; only the times hang on the operator."""

    lang: Language
    name: str
    """As told in the offline form."""
    email: str
    profile: Profile
    pages: tuple[Page, ...]
    """Looked at before writing, and between; the first is where they land."""
    lines: tuple[str, ...]
    """Written one after another, each after an answer."""
    splits: bool
    """Sends a line of several sentences as several messages."""
    more: tuple[str, ...]
    """Lines for which they come back after leaving; empty: they don't."""
    thanks: str
    """Last words, if all went well; empty: goes without a word."""
    nudges: tuple[str, ...]
    """Written one by one while no answer comes."""
    ends: bool
    """Ends the chat by the button."""
    score: int
    """Of the rating given if all went well; 0: gives none."""
    praise: str
    blame: str
    char_ms: int
    """For typing one character."""
    think_ms: int
    """Before they begin to type an answer."""
    browse_ms: int
    """Before the first words."""
    nudge_ms: int
    """Of silence until the first nudge, and between nudges."""
    patience_ms: int
    """Of waiting for an answer until they leave."""
    stay_ms: int
    """After their last words, until they leave."""
    back_ms: int
    """Until they are back, if they come back."""
    flaky: float
    """Chance that the link breaks while a message is on its way."""


def person(seed: int | str, number: int, shop: str, pace: float = 1.0) -> Person:
    """The `number`th visitor of this seed. `shop`: the site's address without a slash at the end."""
    dice = Random(f"{seed}/{number}")
    lang: Language = "ru" if dice.random() < 0.5 else "en"
    said = dialogues(lang)
    errand, more = dice.sample(said.scenario, 2)
    profile = _profile(dice, lang, errand, shop)
    name = dice.choice(said.names) if dice.random() < 0.6 else ""
    wandering = dice.sample(sorted(said.titles), dice.randint(0, 2))
    hasty = dice.random() < 0.2

    def ms(least: int, most: int) -> int:
        return max(1, round(dice.triangular(least, most, (2 * least + most) / 3) / pace))

    return Person(
        lang=lang,
        name=name,
        email=f"visitor{number}@example.com" if name else "",
        profile=profile,
        pages=(profile.page, *(_page(said, path, shop) for path in wandering)),
        lines=_lines(dice, errand),
        splits=dice.random() < 0.35,
        more=_more(dice, said, more) if dice.random() < 0.25 else (),
        thanks=dice.choice(said.thanks) if dice.random() < 0.85 else "",
        nudges=tuple(dice.sample(said.nudges, dice.randint(1, 3))),
        ends=dice.random() < 0.35,
        score=dice.choices((0, 5, 4, 3), (50, 35, 10, 5))[0],
        praise=dice.choice(said.praise) if dice.random() < 0.4 else "",
        blame=dice.choice(said.blame) if dice.random() < 0.6 else "",
        char_ms=ms(70, 190),
        think_ms=ms(1_500, 9_000),
        browse_ms=ms(1_000, 12_000),
        nudge_ms=ms(20_000, 60_000),
        patience_ms=ms(12_000, 45_000) if hasty else ms(120_000, 420_000),
        stay_ms=ms(4_000, 25_000),
        back_ms=ms(15_000, 150_000),
        flaky=dice.choice((0.0, 0.0, 0.05, 0.25)),
    )


def _lines(dice: Random, scenario: Scenario) -> tuple[str, ...]:
    return (dice.choice(scenario.opening), *(dice.choice(turn.next) for turn in scenario.turns if turn.next))


def _more(dice: Random, said: Dialogues, scenario: Scenario) -> tuple[str, ...]:
    first, *rest = _lines(dice, scenario)
    return (f"{dice.choice(said.again)}\n{first}", *rest)


def _page(said: Dialogues, path: str, shop: str) -> Page:
    return Page(f"{shop}{path}", said.titles[path])


def _profile(dice: Random, lang: Language, errand: Scenario, shop: str) -> Profile:
    said = dialogues(lang)
    tag, zone = dice.choice(ZONES[lang])
    agent = dice.choice(AGENTS)
    page = _page(said, errand.page, shop)
    referrer = query = ""
    utm: dict[str, str] = {}
    landing = page.url
    match dice.choice(("search", "campaign", "social", "direct")):
        case "search":
            query = dice.choice(SEARCHES[lang])
            engine = "https://www.google.com/" if lang == "en" else "https://yandex.ru/"
            referrer = f"{engine}search?q={query.replace(' ', '+')}"
        case "campaign":
            utm = dict(dice.choice(CAMPAIGNS))
            landing += "?" + "&".join(f"utm_{key}={value}" for key, value in utm.items())
        case "social":
            referrer = dice.choice(("https://www.instagram.com/", "https://vk.com/", "https://www.pinterest.com/"))
    return Profile(
        page=page,
        referrer=referrer,
        landing=landing,
        query=query,
        utm=utm,
        lang=tag,
        tz=zone,
        screen=dice.choice(PHONE if "Mobile" in agent else DESKTOP),
        agent=agent,
        visits=dice.choice((1, 1, 1, 2, 3, 7)),
    )
