"""`:emoji:` in the composer."""

from opconsole.wire.staff import Say
from tests.ui.conftest import Open


async def test_a_name_is_completed_and_taken(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("done :thum")
        assert ":thumbs_up" in bench.screen
        await bench.press("tab")
        assert bench.composed == "done 👍"
        assert not bench.app.workspace.choices.display


async def test_another_of_the_list_in_russian(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type(":сп")
        await bench.press("down", "down", "enter")
        assert bench.composed == "🙏"
        assert bench.relay.sent(Say) == []


async def test_a_whole_name_is_replaced_by_its_second_colon(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("ok :+1: :nonsense:")
        assert bench.composed == "ok 👍 :nonsense:"


async def test_smileys_times_and_what_was_dismissed_stay(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("hi :) at 10:30 ")
        assert not bench.app.workspace.choices.display
        await bench.type(":smi")
        await bench.press("escape")
        await bench.type("le")
        assert not bench.app.workspace.choices.display
        await bench.press("enter")
        assert [say.text for say in bench.relay.sent(Say)] == ["hi :) at 10:30 :smile"]


async def test_codes_of_templates_are_completed_as_before(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type(":smi /re")
        assert "Возврат" in bench.screen
        await bench.press("tab")
        assert bench.composed == ":smi Деньги вернутся на карту в течение 5 дней."
