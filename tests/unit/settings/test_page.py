"""docs/settings.md says what is so."""

import re
import tomllib
from pathlib import Path

import msgspec

from opconsole.settings import Settings, Warnings, load_settings
from opconsole.settings.palette import theme_files
from opconsole.state.template_files import FIELDS, read_templates
from opconsole.state.templates import KNOWN

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "settings.md").read_text("utf-8")
SETTINGS, THEME, TEMPLATE = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_names_every_setting_and_its_example_is_right(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(SETTINGS, "utf-8")
    assert load_settings(file).problems == ()
    data = tomllib.loads(SETTINGS)
    assert set(data) == set(Settings.__struct_fields__)
    assert set(data["warnings"]) == set(Warnings.__struct_fields__)


def test_the_defaults_on_the_page_are_the_defaults() -> None:
    shown = tomllib.loads(SETTINGS)
    for name in ("lang", "theme", "keyring"):
        assert shown[name] == getattr(Settings(), name)
    assert shown["warnings"]["message"] == {"bell": Settings().warnings.message.bell}
    assert msgspec.to_builtins(Settings().warnings.rescue) == shown["warnings"]["rescue"]


def test_the_page_names_every_theme() -> None:
    assert all(name in PAGE for name in theme_files())


def test_the_template_on_the_page_is_right() -> None:
    read = read_templates(TEMPLATE, Path("page.toml"))
    assert read.problems == ()
    assert len(read.templates) == 1
    assert all(f"{field} = " in TEMPLATE for field in FIELDS)
    assert all(f"`{{{name}}}`" in PAGE for name in KNOWN)
