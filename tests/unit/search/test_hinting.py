"""Hints from past answers: what fits, in what order, each once, and who may see which."""

from server_stub.desk.audience import Reach
from server_stub.search.hinting import often, weight
from tests.unit.search.records import BOSS, DAY, START, Diary

OLGA = Reach("olga")
ANNA = Reach("anna")


async def filled(diary: Diary) -> None:
    """So many other answers that no word of the tests stands in a large part of them."""
    for chat in range(1000, 1012):
        await diary.answered(chat, f"w{chat}", f"тема {chat}", f"Что-то совсем другое номер {chat}", by="kim")


async def test_an_answer_that_goes_on_as_was_begun_comes_first(diary: Diary) -> None:
    await filled(diary)
    await diary.answered(1, "v1", "можно картой?", "Картой можно платить при получении.")
    await diary.answered(2, "v2", "карта не проходит", "Попробуйте другую карту, платёж пройдёт позже.")
    first, *_ = await diary.hints("Картой мо", OLGA)
    assert first.text == "Картой можно платить при получении."
    (second,) = await diary.hints("платеж", OLGA)
    assert second.text.startswith("Попробуйте")
    assert await diary.hints("", OLGA) == []
    assert await diary.hints("абракадабра", OLGA) == []
    written = await diary.hints("Картой можно платить при получении", OLGA)
    assert "Картой можно платить при получении." not in [each.text for each in written], "it stands there already"


async def test_the_visitors_words_choose_among_answers_that_begin_alike(diary: Diary) -> None:
    await filled(diary)
    await diary.answered(1, "v1", "Как вернуть чайник?", "Посмотрите, пожалуйста, раздел о возвратах.")
    await diary.answered(2, "v2", "Сколько стоит доставка?", "Посмотрите, пожалуйста, раздел о ценах.")
    returns = await diary.hints("Посмотрите, пож", OLGA, asked="хочу вернуть чайники")
    prices = await diary.hints("Посмотрите, пож", OLGA, asked="а доставка дорогая?")
    assert [each.text[-10:] for each in returns] == ["возвратах.", "л о ценах."]
    assert prices[0].text.endswith("ценах.")
    await diary.opens(3, "v3")
    await diary.asks(3, "доставка платная?")
    assert (await diary.hints("Посмотрите, пож", OLGA, chat=3))[0].text.endswith("ценах.")


async def test_the_same_words_are_one_hint_that_counts(diary: Diary) -> None:
    await filled(diary)
    await diary.answered(1, "v1", "?", "Возврат в течение 14 дней.")
    await diary.answered(2, "v2", "?", "возврат в течение   14 дней!", by="anna")
    (hint,) = await diary.hints("возвраты", BOSS)
    assert (hint.said, hint.text, hint.by, hint.mine) == (2, "возврат в течение   14 дней!", "anna", False)
    (mine,) = await diary.hints("возвраты", OLGA)
    assert (mine.by, mine.name, mine.mine) == ("olga", "Olga", True)


async def test_my_own_comes_before_a_colleagues(diary: Diary) -> None:
    await filled(diary)
    for chat in (1, 2):
        await diary.answered(chat, f"v{chat}", "?", "Гарантия два года на всё", by="anna")
    for chat in (3, 4):
        await diary.answered(chat, f"v{chat}", "?", "Гарантия два года на это", by="olga")
    assert [each.by for each in await diary.hints("гаран", OLGA)] == ["olga", "anna"]
    assert [each.by for each in await diary.hints("гаран", ANNA)] == ["anna", "olga"]


def test_rating_recency_and_number_weigh() -> None:
    now = START + 400 * DAY
    base = weight(now, 0, False, now)
    assert weight(now, 5, False, now) > base > weight(now, 1, False, now)
    assert base > weight(START, 0, False, now)
    assert weight(now, 0, True, now) > base
    assert often(20) > often(2) > often(1) == 1


async def test_an_answer_to_one_visitor_alone_is_only_for_who_may_read_it(diary: Diary) -> None:
    await filled(diary)
    await diary.answered(1, "v1", "?", "Иван, ваш диагноз кенгурит, звоните 555", by="anna", name="Иван")
    seen = "Иван, ваш диагноз кенгурит, звоните 555"
    assert [each.text for each in await diary.hints("диагноз", ANNA)] == [seen], "her own"
    assert [each.text for each in await diary.hints("диагноз", BOSS)] == [seen], "overseers see all"
    assert await diary.hints("диагноз", OLGA) == []
    assert [each.text for each in await diary.hints("диагноз", Reach("olga", visitors=("v1",)))] == [seen], (
        "her visitor's"
    )
    await diary.answered(2, "v1", "?", seen, by="anna")
    assert await diary.hints("диагноз", OLGA) == [], "twice to the same visitor is still one visitor's"
    await diary.answered(3, "v3", "?", seen, by="anna")
    assert [each.text for each in await diary.hints("диагноз", OLGA)] == [seen], "the desk's own words"
    await diary.erases(3, visitor="v3")
    assert await diary.hints("диагноз", OLGA) == [], "and no longer"


async def test_the_last_owner_of_a_closed_chat_may_see_what_was_said_in_it(diary: Diary) -> None:
    await filled(diary)
    await diary.opens(1, "v1")
    await diary.takes(1, "anna")
    await diary.says(1, "Пришлите номер договора кенгуру", "anna")
    await diary.takes(1, "olga")
    assert await diary.hints("договор", OLGA) == [], "it is open: what she may see live is the desk's to say"
    await diary.closes(1, "olga")
    assert len(await diary.hints("договор", OLGA)) == 1


async def test_deleted_edited_and_short_answers_are_no_hints(diary: Diary) -> None:
    await filled(diary)
    await diary.opens(1, "v1")
    n = await diary.says(1, "Промокод ОСЕНЬ ещё действует")
    await diary.says(1, "Да, промокод")
    assert len(await diary.hints("промокод", OLGA)) == 1
    await diary.edits(1, n, "Скидка ОСЕНЬ ещё действует")
    assert await diary.hints("промокод", OLGA) == []
    assert len(await diary.hints("скидка", OLGA)) == 1
    await diary.deletes(1, n)
    assert await diary.hints("скидка", OLGA) == []
