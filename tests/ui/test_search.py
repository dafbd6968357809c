"""The search screen: results as one types, its states, filters, a chat read at the message, and back again."""

import pytest
from syrupy.assertion import SnapshotAssertion

from opconsole.locale import LANGUAGES
from opconsole.ui.screens.reading import Reading
from opconsole.ui.screens.search import SearchScreen
from opconsole.wire.messages import Kind, Message
from opconsole.wire.search import Found, Hit, Search
from opconsole.wire.staff import Fetch, Gone, PageOf, Refused
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW

M = 60_000
HITS = [
    Hit(chat=11, n=7, at=NOW - 18 * M, by="visitor", visitor="Иван Петров",
        snippet="А можно оплатить картой при получении?", marks=[17, 6]),
    Hit(chat=5, n=30, at=NOW - 9 * 24 * 60 * M, by="anna", name="Anna", visitor="Jürgen Großmann", rating=5,
        snippet="… you can pay by card or in cash; картой 🙂 …", marks=[13, 4, 34, 6]),
    Hit(chat=4, n=2, at=NOW - 400 * 24 * 60 * M, by="kim", name="Kim", note=True, snippet="просил картой", marks=[7, 6]),
]  # fmt: skip


@pytest.fixture(autouse=True)
def no_pause_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opconsole.ui.screens.search.PAUSE_S", 60.0)


async def opened(bench: Bench, keys: str = "ctrl+e") -> SearchScreen:
    await bench.press(keys)
    await bench.until(lambda: isinstance(bench.app.screen, SearchScreen), "the search")
    screen = bench.app.screen
    assert isinstance(screen, SearchScreen)
    return screen


async def asked(bench: Bench, text: str) -> Search:
    """Type, and the question that comes of it."""
    before = len(bench.relay.sent(Search))
    screen = bench.app.screen
    assert isinstance(screen, SearchScreen)
    screen._input.value += text
    screen.look()  # the pause is over
    await bench.until(lambda: len(bench.relay.sent(Search)) > before, "the question")
    return bench.relay.sent(Search)[-1]


async def answered(bench: Bench, question: Search, hits: list[Hit], **more: object) -> None:
    bench.relay.say(Found(id=question.id, hits=hits, **more))  # type: ignore[arg-type]
    screen = bench.app.screen
    assert isinstance(screen, SearchScreen)
    await bench.until(lambda: screen.results.free, "the answer")


@pytest.mark.parametrize("lang", list(LANGUAGES))
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_search(open_console: Open, picture: SnapshotAssertion, lang: str, size: tuple[int, int]) -> None:
    async with open_console(size=size, shown=11, lang=lang) as bench:
        await opened(bench)
        assert await bench.still() == picture(name="before")
        await answered(bench, await asked(bench, "карт"), HITS)
        await bench.press("down")
        assert await bench.still() == picture(name="found")


async def test_both_keys_open_it_and_escape_leaves_it_with_the_draft_untouched(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.type("a draft")
        for keys in ("ctrl+e", "alt+apostrophe"):
            await opened(bench, keys)
            await bench.press("x", "escape")
            assert not isinstance(bench.app.screen, SearchScreen)
        await bench.press("ctrl+g", "'")
        assert isinstance(bench.app.screen, SearchScreen)
        await bench.press("escape")
        assert bench.composed == "a draft"


async def test_filters_go_to_the_relay_and_what_can_not_be_understood_is_said(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        screen = await opened(bench)
        question = await asked(bench, "возврат op:anna rating:>3 visitor:иван from:2026-03-01 mine:")
        assert (question.text.strip(), question.operator, question.visitor, question.mine) == (
            "возврат",
            "anna",
            "иван",
            True,
        )
        assert (question.least, question.most, question.since) == (4, 5, 1_772_323_200_000)
        await answered(bench, question, [])
        assert "Nothing fits." in bench.screen
        screen._input.value = "from:soon"
        await bench.pilot.pause()
        screen.look()
        await bench.pilot.pause()
        assert "What does from:soon mean?" in bench.screen
        assert len(bench.relay.sent(Search)) == 1


async def test_only_the_newest_question_counts_and_one_is_under_way_at_a_time(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        screen = await opened(bench)
        first = await asked(bench, "ka")
        await bench.press("r")
        screen.look()
        await bench.press("t")
        screen.look()
        assert "Searching…" in bench.screen
        assert len(bench.relay.sent(Search)) == 1
        bench.relay.say(Found(id=first.id, hits=HITS[2:]))
        await bench.until(lambda: len(bench.relay.sent(Search)) == 2, "the next question")
        assert bench.relay.sent(Search)[-1].text == "kart"
        assert "просил" not in bench.screen
        await answered(bench, bench.relay.sent(Search)[-1], HITS[:1])
        assert "оплатить картой" in bench.screen


async def test_the_end_of_the_list_brings_the_next_page(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await opened(bench)
        page = [Hit(chat=chat, n=1, snippet=f"words {chat}") for chat in range(40, 20, -1)]
        await answered(bench, await asked(bench, "w"), page, next=20)
        assert len(bench.relay.sent(Search)) == 1
        assert "20 found, and there are more below." in bench.screen
        await bench.press("pagedown", "pagedown")
        await bench.until(lambda: len(bench.relay.sent(Search)) == 2, "the next page is asked for")
        assert bench.relay.sent(Search)[-1].before == 20
        await answered(bench, bench.relay.sent(Search)[-1], [Hit(chat=3, n=1, snippet="the last")])
        await bench.press("pagedown", "pagedown")
        assert "the last" in bench.screen
        assert "21 found." in bench.screen


async def test_what_the_index_and_the_link_say_is_said(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        screen = await opened(bench)
        await answered(bench, await asked(bench, "a"), HITS[:1], state="building", done=450, total=1000)
        assert "is being made: 45 %. 1 found so far." in bench.screen
        await answered(bench, await asked(bench, "b"), [], state="off")
        assert "no search index" in bench.screen
        question = await asked(bench, "c")
        bench.relay.say(Refused(id=question.id, code="search_busy", text="Busy."))
        await bench.until(lambda: "Too many searches are under way." in bench.screen, "the refusal")
        assert bench.toasts == []
        await asked(bench, "d")
        bench.relay.drop()
        await bench.until(lambda: "no link to the relay" in bench.screen, "it says so")
        bench.app.retry_link()
        await bench.until(
            lambda: bench.relay.sent(Search)[-1].text == "abcd" and not screen.results.free, "it is asked again"
        )
        await answered(bench, bench.relay.sent(Search)[-1], HITS[:1])
        assert "оплатить" in bench.screen


# ---------------------------------------------------------------- reading


def entries(chat: int, numbers: range) -> list[Message]:
    return [
        Message(chat=chat, n=n, p=n, at=NOW - (500 - n) * M, by="visitor" if n % 2 else "anna", name="" if n % 2 else "Anna", text=f"entry {n}")
        for n in numbers
    ]  # fmt: skip


def fetches(bench: Bench) -> list[Fetch]:
    """Of the chat that is read."""
    return [fetch for fetch in bench.relay.sent(Fetch) if fetch.chat == 5]


async def reading(bench: Bench, hit: Hit) -> Fetch:
    await opened(bench)
    await answered(bench, await asked(bench, "entry"), [hit])
    await bench.press("enter")
    await bench.until(lambda: isinstance(bench.app.screen, Reading), "the chat")
    await bench.until(lambda: fetches(bench), "its entries are asked for")
    return fetches(bench)[-1]


async def test_a_result_opens_at_its_message_and_escape_goes_back_to_the_results(open_console: Open) -> None:
    async with open_console(shown=11, size=(80, 24)) as bench:
        store = bench.app.store
        fetch = await reading(bench, Hit(chat=5, n=100, by="anna", visitor="Jürgen", snippet="entry 100"))
        assert (fetch.chat, fetch.before, fetch.limit) == (5, 141, 81)
        bench.relay.say(PageOf(id=fetch.id, chat=5, messages=entries(5, range(60, 141))))
        await bench.until(lambda: "entry 100" in bench.screen, "the message")
        assert "entry 97" in bench.screen
        assert "entry 104" in bench.screen
        assert "Jürgen" in bench.screen
        assert 5 not in store.transcripts, "it is no chat of the store's"
        await bench.press("escape")
        screen = bench.app.screen
        assert isinstance(screen, SearchScreen)
        assert screen._input.value == "entry"
        assert "entry 100" in bench.screen


async def test_scrolling_fetches_at_both_ends_and_nothing_in_sight_moves(open_console: Open) -> None:
    async with open_console(shown=11, size=(80, 24)) as bench:
        fetch = await reading(bench, Hit(chat=5, n=100, snippet="entry 100"))
        bench.relay.say(PageOf(id=fetch.id, chat=5, messages=entries(5, range(60, 141))))
        await bench.until(lambda: "entry 100" in bench.screen, "the message")
        await bench.press("home")
        await bench.until(lambda: len(fetches(bench)) == 2, "older ones are asked for")
        older = fetches(bench)[-1]
        assert older.before == 60
        before = [line[:60] for line in bench.lines[3:]]
        screen = bench.app.screen
        assert isinstance(screen, Reading)
        bench.relay.say(PageOf(id=older.id, chat=5, messages=entries(5, range(1, 60))))
        await bench.until(lambda: screen._page.messages[0].n == 1, "they have come")
        assert [line[:60] for line in bench.lines[3:]] == before
        await bench.press("home", "end")
        await bench.until(lambda: len(fetches(bench)) == 3, "newer ones are asked for")
        newer = fetches(bench)[-1]
        assert newer.before == 221
        bench.relay.say(PageOf(id=newer.id, chat=5, messages=entries(5, range(120, 151))))
        await bench.until(lambda: screen._page.messages[-1].n == 150, "they have come")
        await bench.press("end")
        assert "entry 150" in bench.screen
        await bench.press("up", "end")
        assert len(fetches(bench)) == 3, "there are no newer ones"


async def test_a_chat_that_is_not_mine_to_read_says_so_and_one_of_mine_is_gone_to(open_console: Open) -> None:
    async with open_console(shown=12) as bench:
        fetch = await reading(bench, Hit(chat=5, n=1, snippet="entry"))
        bench.relay.say(Refused(id=fetch.id, code="not_visible", text="No.", facts={"chat": 5}))
        await bench.until(lambda: "Chat 5 is not yours to see." in bench.screen, "the refusal")
        await bench.press("enter")
        assert isinstance(bench.app.screen, SearchScreen), "there is nowhere to go: back to the results"
        await answered(bench, await asked(bench, "x"), HITS[:1])
        await bench.press("enter")
        await bench.until(lambda: isinstance(bench.app.screen, Reading), "the chat")
        assert "Enter goes to the chat" in bench.screen
        await bench.press("enter")
        await bench.until(lambda: bench.app.screen is bench.app.workspace, "the workspace")
        assert bench.app.store.shown == 11


async def test_what_is_erased_while_it_is_read_is_gone_from_the_screen(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        fetch = await reading(bench, Hit(chat=5, n=2, snippet="entry quokka"))
        bench.relay.say(PageOf(id=fetch.id, chat=5, messages=entries(5, range(1, 4))))
        await bench.until(lambda: "entry 2" in bench.screen, "the message")
        bench.relay.say(Gone(chat=5, rev=900, why="erased"))
        await bench.until(lambda: "has been erased" in bench.screen, "it is said")
        assert "entry 2" not in bench.screen
        await bench.press("escape")
        assert "quokka" not in bench.screen


@pytest.mark.parametrize("lang", list(LANGUAGES))
async def test_a_chat_that_is_read(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(shown=11, size=(80, 24), lang=lang) as bench:
        fetch = await reading(bench, Hit(chat=5, n=3, visitor="Jürgen Großmann", snippet="entry 3"))
        messages = entries(5, range(1, 9))
        messages[4] = Message(chat=5, n=5, at=NOW - 490 * M, kind=Kind.event, by="anna", name="Anna", text="closed")
        bench.relay.say(PageOf(id=fetch.id, chat=5, messages=messages))
        await bench.until(lambda: "entry 3" in bench.screen, "the message")
        assert await bench.still() == picture


async def test_a_hit_stands_on_one_ground_from_end_to_end(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        screen = await opened(bench)
        await answered(bench, await asked(bench, "карт"), HITS)
        await bench.pilot.pause()
        ground = bench.app.view.inks.over.text.bgcolor
        for y in range(2, 6):
            assert {segment.style.bgcolor for segment in screen._hits.draw_line(y) if segment.style} == {ground}
