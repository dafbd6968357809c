"""Language, theme and sounds are changed while the console runs, and kept."""

from opconsole.settings import load_settings
from tests.ui.conftest import Open


async def test_the_language_changes_at_once_and_is_kept(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        assert "My chats" in bench.screen
        bench.app.workspace.action_run("language")
        await bench.pilot.pause()
        assert "Мои чаты" in bench.screen
        assert "Входящие" in bench.screen
        assert load_settings().settings.lang == "ru"


async def test_the_theme_is_picked_and_kept(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        before = bench.app.view.inks.talk.text
        bench.app.workspace.action_run("theme")
        await bench.pilot.pause()
        await bench.type("light")
        await bench.press("enter")
        assert bench.app.view.inks.talk.text != before
        assert bench.app.view.inks.palette.dark is False
        assert load_settings().settings.theme == bench.app.view.inks.palette.name


async def test_a_bell_is_turned_off_and_on(open_console: Open) -> None:
    async with open_console() as bench:
        bench.app.workspace.action_run("mute_new_chat")
        assert load_settings().settings.warnings.new_chat.bell is False
        assert bench.app.controllers.preferences.settings.warnings.new_chat.bell is False
        bench.app.workspace.action_run("mute_new_chat")
        assert load_settings().settings.warnings.new_chat.bell is True


async def test_without_colours_marks_are_still_told_apart(open_console: Open, monkeypatch: object) -> None:
    from opconsole.settings.palette import load_palette
    from opconsole.ui.ink import inks_of

    palette, _ = load_palette("dusk")
    inks = inks_of(palette, plain=True)
    assert all(
        style.color is None and style.bgcolor is None for style in (inks.talk.text, inks.side.owes, inks.bar.on_danger)
    )
    assert inks.chosen.text.reverse
    assert inks.side.on_danger.reverse
