"""Searches: word forms in Russian and English, phrases, what must not be there, half-typed words, filters, pages, and a bound."""

import pytest

from server_stub.desk.audience import Reach
from server_stub.search.finding import Filters, snippet_of
from tests.unit.search.records import DAY, START, Diary


async def some(diary: Diary) -> None:
    await diary.answered(
        1, "v1", "Когда привезут мой заказ 10482?", "Доставка завтра, курьер позвонит за час.", name="Иван Петров"
    )
    await diary.answered(
        2,
        "v2",
        "How do I return the kettle?",
        "Returns are free within 30 days.",
        by="anna",
        name="Anna Smith",
        channel="telegram",
    )
    await diary.rates(2, 5)
    await diary.answered(
        3, "v3", "Верните деньги за чайник", "Деньги вернутся на карту за 5 дней.", phone="+7 900 123-45-67"
    )
    await diary.rates(3, 2)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("заказы", [1]), ("заказа", [1]), ("ЗАКАЗ", [1]), ("доставку", [1]), ("доставками", [1]), ("курьеру", [1]),
        ("чайника", [3]), ("kettles", [2]), ("returning", [2, 2]), ("return", [2, 2]), ("деньгами", [3, 3]),
        ("самолёт", []), ("aeroplane", []),
    ],
)  # fmt: skip
async def test_every_form_of_a_word_finds_every_other(diary: Diary, query: str, found: list[int]) -> None:
    await some(diary)
    assert [hit.chat for hit in (await diary.find(query + " ")).hits] == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("дост", [1]),  # the word that is being typed
        ("дост ", []),  # it is typed to its end
        ("10482", [1]),
        ("104", [1]),
        ("заказ курьер", []),  # all of them in one message
        ("мой заказ", [1]),
        ('"мой заказ"', [1]),
        ('"заказ мой"', []),
        ('"курьеры позвонят"', [1]),  # forms count in a phrase too
        ("деньги -карту", [3]),
        ('деньги -"на карту"', [3]),
        ("деньги -дней -верните", []),
        ("-деньги", []),  # nothing is asked for
        ("…", []),
        ('"', []),
        ("free within", [2]),
        ("AND OR NOT", []),
        ('NEAR("a b")', []),
        ("text:kettle", []),
    ],
)
async def test_phrases_and_words_that_must_not_be_there(diary: Diary, query: str, found: list[int]) -> None:
    await some(diary)
    assert [hit.chat for hit in (await diary.find(query)).hits] == found


async def test_what_has_no_spaces_is_a_phrase(diary: Diary) -> None:
    await diary.opens(1, "v1")
    await diary.asks(1, "Пишите на ivan.petrov@example.com или +7 900 123-45-67")
    await diary.asks(1, "example com, petrov и ivan; 67-45-123; 订单在哪里")
    assert len((await diary.find("petrov@example.com ")).hits) == 1
    assert len((await diary.find("petrov@exa")).hits) == 1
    assert len((await diary.find("123-45-67 ")).hits) == 1
    assert [hit.n for hit in (await diary.find("订单 ")).hits] == [3]
    assert (await diary.find("单订 ")).hits == []


async def test_yo_is_e_and_accents_count_for_nothing(diary: Diary) -> None:
    await diary.opens(1, "v1")
    await diary.asks(1, "Ещё жду: самолёт, Müller, café")
    for query in ("еще ", "ЕЩЁ ", "самолет ", "muller ", "müller ", "cafe "):
        assert len((await diary.find(query)).hits) == 1, query


async def test_notes_are_found_and_events_are_not(diary: Diary) -> None:
    await diary.opens(1, "v1")
    await diary.notes(1, "Позвонить после шести")
    (hit,) = (await diary.find("позвоните ")).hits
    assert (hit.note, hit.by, hit.name, hit.n) == (True, "olga", "Olga", 2)
    assert (await diary.find("opened ")).hits == []


async def test_a_hit_says_where_its_words_stand(diary: Diary) -> None:
    await some(diary)
    (hit,) = (await diary.find("заказа")).hits
    at, length = hit.marks
    assert hit.snippet[at : at + length] == "заказ"
    assert (hit.visitor, hit.by, hit.chat, hit.n, hit.rating) == ("Иван Петров", "visitor", 1, 2, 0)


def test_a_snippet_of_long_words_is_cut_around_the_first_mark() -> None:
    text = "слово " * 100 + "здесь и вот " + "слово " * 100
    at = text.index("здесь")
    snippet, marks = snippet_of(text, [(at, at + 5), (5, 5)])
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert len(snippet) < 170
    assert snippet[marks[0] : marks[0] + marks[1]] == "здесь"
    assert snippet_of("short\nwords", []) == ("short words", ())


# ---------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("text", "filters", "found"),
    [
        ("", Filters(visitor="петров"), [1]),
        ("", Filters(visitor="ИВАН"), [1]),
        ("заказ", Filters(visitor="smith"), []),
        ("", Filters(visitor="9001234567"), [3]),
        ("", Filters(visitor="123-45"), [3]),
        ("", Filters(operators=("anna",)), [2]),
        ("kettle", Filters(operators=("anna",)), [2]),
        ("kettle", Filters(operators=("olga",)), []),
        ("", Filters(operators=()), []),
        ("", Filters(channel="Telegram"), [2]),
        ("", Filters(least=4), [2]),
        ("", Filters(most=3), [3]),
        ("", Filters(least=2, most=5), [3, 2]),
        ("", Filters(mine=True), [3, 1]),
        ("деньги", Filters(least=4), []),
    ],
)
async def test_filters(diary: Diary, text: str, filters: Filters, found: list[int]) -> None:
    await some(diary)
    olga = Reach("olga", everything=True)
    assert list(dict.fromkeys(hit.chat for hit in (await diary.find(text, olga, filters)).hits)) == found


async def test_dates_are_from_and_until(diary: Diary) -> None:
    for chat in range(1, 5):
        diary.now = START + chat * DAY
        await diary.answered(chat, f"v{chat}", f"вопрос {chat}", "ответ на вопрос")
    for since, until, found in ((0, 0, [4, 3, 2, 1]), (2, 0, [4, 3, 2]), (0, 3, [2, 1]), (2, 3, [2]), (9, 0, [])):
        filters = Filters(since=since and START + since * DAY, until=until and START + until * DAY)
        for text in ("вопрос", "") if since or until else ("вопрос",):
            hits = (await diary.find(text, filters=filters)).hits
            assert list(dict.fromkeys(hit.chat for hit in hits)) == found, (text, since, until)


# ---------------------------------------------------------------- pages


async def test_pages_go_on_where_the_one_before_ended(diary: Diary) -> None:
    for chat in range(1, 24):
        await diary.answered(chat, f"v{chat}", f"вопрос {chat}", "ответ")
    for text, filters in (("вопрос", Filters()), ("", Filters(channel="site"))):
        seen: list[int] = []
        before = 0
        for size in (10, 10, 3):
            page = await diary.find(text, filters=filters, before=before, limit=10)
            assert len(page.hits) == size
            seen += [hit.chat for hit in page.hits]
            before = page.next
        assert before == 0
        assert seen == list(range(23, 0, -1))


async def test_when_the_time_is_over_a_page_says_where_it_stopped_and_the_next_goes_on(diary: Diary) -> None:
    await diary.opens(1, "v1", name="Иван")
    await diary.asks(1, "вопрос Ивана")
    await diary.opens(2, "v2", name="Other")
    await diary.add("v:v2", *(_said(2, n) for n in range(2, 700)))
    filters = Filters(visitor="иван")
    await diary.index.caught_up()
    pages = 0
    before, hits = 0, []
    while True:
        page = await diary.index.find("вопрос", filters, Reach("boss", everything=True), before=before, budget_s=0)
        hits += page.hits
        pages += 1
        if not page.next:
            break
        assert before == 0 or page.next < before
        before = page.next
    assert pages > 1
    assert [hit.chat for hit in hits] == [1]


def _said(chat: int, n: int):  # type: ignore[no-untyped-def]
    from server_stub.desk.events import MessageSaid

    return MessageSaid(chat, n, n, "visitor", f"вопрос {n}")
