from pathlib import Path

import pytest

from opconsole.settings import themes_dirs
from opconsole.settings.palette import BADGES, DEFAULT, GROUNDS, WORDS, Colors, Palette, load_palette, theme_files

PACKAGED = (themes_dirs()[0],)
NAMES = tuple(theme_files(PACKAGED))


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def palette(name: str) -> Palette:
    loaded, problems = load_palette(name, PACKAGED)
    assert problems == ()
    return loaded


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_at_least_four_themes_are_packaged() -> None:
    assert {"dark", "light", "high-contrast", DEFAULT} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_packaged_theme_is_complete_and_without_fault(name: str) -> None:
    assert palette(name).name == name


@pytest.mark.parametrize("name", NAMES)
def test_words_are_readable_on_every_ground(name: str) -> None:
    colors = palette(name).colors
    enough = 7 if name.startswith("high-contrast") else 4.5
    pairs = [(words, ground) for words in WORDS for ground in GROUNDS] + [("on_bright", badge) for badge in BADGES]
    faint = {
        pair: round(ratio, 2)
        for pair in pairs
        if (ratio := contrast(getattr(colors, pair[0]), getattr(colors, pair[1]))) < enough
    }
    assert faint == {}


@pytest.mark.parametrize("name", NAMES)
def test_the_focused_border_is_seen(name: str) -> None:
    colors = palette(name).colors
    assert min(contrast(colors.border_focus, getattr(colors, ground)) for ground in GROUNDS[:4]) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_dark_themes_have_dark_grounds(name: str) -> None:
    theme = palette(name)
    assert (luminance(theme.colors.background) < luminance(theme.colors.text)) == theme.dark


def test_a_users_theme_may_name_only_what_differs(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('title = "Mine"\nbase = "light"\n[colors]\naccent = "#0AF"\n')
    mine, problems = load_palette("mine", (*PACKAGED, tmp_path))
    assert problems == ()
    assert mine.title == "Mine"
    assert not mine.dark
    assert mine.colors.accent == "#00aaff"
    assert mine.colors.text == palette("light").colors.text


def test_a_users_theme_of_a_packaged_name_wins(tmp_path: Path) -> None:
    (tmp_path / "dark.toml").write_text('base = "dusk"\ntitle = "My dark"\n')
    assert load_palette("dark", (*PACKAGED, tmp_path))[0].title == "My dark"


def test_no_name_reaches_outside_the_folders(tmp_path: Path) -> None:
    (tmp_path / "out.toml").write_text("")
    (tmp_path / "in").mkdir()
    loaded, problems = load_palette("../out", (*PACKAGED, tmp_path / "in"))
    assert loaded.name == DEFAULT
    assert "no such theme" in problems[0].text


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ('base = "dusk"\n[colors]\nacent = "#000000"', "colors.acent", "Did you mean accent?"),
        ('base = "dusk"\n[colors]\naccent = "red"', "colors.accent", '"#rrggbb"'),
        ('base = "dusk"\n[colors]\naccent = 5', "colors.accent", '"#rrggbb"'),
        ('base = "dsk"', "base", "Did you mean dusk?"),
        ('base = "mine"', "base", "can't be 'mine'"),
        ("base = 7", "base", "can't be 7"),
        ('bse = "dusk"\nbase = "dusk"', "bse", "Did you mean base?"),
        ('base = "dusk"\ncolors = 3', "colors", "must be a table"),
        ('[colors]\ntext = "#ffffff"', "colors", "missing: background, surface"),
        ("base = ", "", "is not TOML"),
    ],
)
def test_a_fault_is_named_and_a_usable_theme_comes_out(tmp_path: Path, text: str, key: str, says: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    loaded, problems = load_palette("mine", (*PACKAGED, tmp_path))
    assert [problem.key for problem in problems] == [key]
    assert problems[0].file == file
    assert says in problems[0].text
    assert loaded.colors.background == palette(DEFAULT).colors.background


def test_a_damaged_theme_of_the_defaults_name_does_not_hide_the_packaged_one(tmp_path: Path) -> None:
    (tmp_path / f"{DEFAULT}.toml").write_text("[colors")
    loaded, problems = load_palette(DEFAULT, (*PACKAGED, tmp_path))
    assert loaded == palette(DEFAULT)
    assert problems


def test_bases_that_name_each_other_end(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('base = "b"\n')
    (tmp_path / "b.toml").write_text('base = "a"\n')
    loaded, problems = load_palette("a", (*PACKAGED, tmp_path))
    assert loaded.colors == palette(DEFAULT).colors
    assert [problem.key for problem in problems] == ["base"]


def test_every_colour_has_a_meaning_in_words_or_by_its_name() -> None:
    assert set(GROUNDS) | set(WORDS) | set(BADGES) | {"border", "border_focus", "faint", "on_bright"} == set(
        Colors.__struct_fields__
    )
