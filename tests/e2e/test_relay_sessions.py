"""Sessions at a real relay over real websockets: logging in, talking, racing for a chat, looking on, being thrown out."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from opconsole.wire import base, staff, visitor
from opconsole.wire.cards import ChatCard, OperatorCard, Place, Role, Status, VisitorCard
from opconsole.wire.codec import decode_staff_down
from opconsole.wire.messages import Message
from tests.e2e.relay_process import PASSWORD, PATIENCE_S, Peer, RelayProcess, relay_process


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    with relay_process(tmp_path_factory.mktemp("relay") / "data") as running:
        for login in ("anna", "boris", "clara", "dora"):
            running.add(login)
        running.add("sofia", Role.supervisor)
        yield running.start()


@pytest.fixture(autouse=True)
async def _closing(relay: RelayProcess) -> AsyncIterator[None]:
    yield
    await relay.close_peers()


async def waiting_chat(relay: RelayProcess, *words: str) -> tuple[int, Peer]:
    page = await relay.visitor()
    chat = 0
    for number, text in enumerate(words or ("Hello",)):
        await page.send(visitor.VisitorSay(id=f"w{number}", text=text))
        chat = (await page.until(staff.Done)).chat
    return chat, page


# ---------------------------------------------------------------- logging in


def test_a_login_gives_a_token_and_says_who_it_is(relay: RelayProcess) -> None:
    answer = httpx.post(
        relay.url("/v1/login"), json={"login": " Anna", "password": PASSWORD}, trust_env=False, timeout=PATIENCE_S
    )
    body = answer.json()
    assert (answer.status_code, body["login"], body["name"], body["role"]) == (200, "anna", "Anna", "operator")
    assert len(body["token"]) >= 32
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("login", "password"), [("anna", "wrong password"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_login_is_refused_the_same_whether_the_name_exists(
    relay: RelayProcess, login: str, password: str
) -> None:
    answer = httpx.post(
        relay.url("/v1/login"), json={"login": login, "password": password}, trust_env=False, timeout=PATIENCE_S
    )
    assert (answer.status_code, answer.json()) == (
        401,
        {"code": "bad_login", "text": "the login or the password is wrong", "facts": {}},
    )


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic abc"}])
async def test_a_websocket_without_a_good_token_gets_401(relay: RelayProcess, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://127.0.0.1:{relay.port}/v1/operator", additional_headers=headers, proxy=None)
    assert refused.value.response.status_code == 401
    assert b'"code":"token"' in (refused.value.response.body or b"")


async def test_logging_out_ends_the_sessions_of_that_token_only(relay: RelayProcess) -> None:
    first, second = relay.log_in("dora"), relay.log_in("dora")
    leaves, stays = await relay.operator(first), await relay.operator(second)
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        answer = await client.post(relay.url("/v1/logout"), headers={"Authorization": f"Bearer {first}"})
        assert answer.status_code == 204
        assert (await leaves.until(staff.Bye)).code == "expired"
        again = await client.post(relay.url("/v1/logout"), headers={"Authorization": f"Bearer {first}"})
        assert again.status_code == 401
    await stays.do(staff.SetStatus, status=Status.online)


# ---------------------------------------------------------------- talking


async def test_a_chat_from_the_first_word_to_the_rating(relay: RelayProcess) -> None:
    anna = await relay.operator(relay.log_in("anna"))
    page = await relay.visitor()
    await page.send(visitor.VisitorSay(id="v1", text="Do you ship to Oslo?"))
    done = await page.until(staff.Done)
    assert (done.id, done.n, done.p) == ("v1", 1, 0)
    card = await anna.until(ChatCard, lambda card: card.chat == done.chat)
    assert (card.place, card.words, card.unread) == (Place.inbox, "Do you ship to Oslo?", 1)
    await anna.until(VisitorCard, lambda it: it.visitor == card.visitor)

    await anna.send(staff.Take(id="a1", chat=card.chat))
    given = await anna.until(staff.PageOf)
    assert [entry.text for entry in given.messages] == ["opened", "Do you ship to Oslo?", "taken"]
    held = await page.until(visitor.VisitorChat, lambda it: it.state == "held")
    assert held.operator == "Anna"

    await page.send(visitor.VisitorTyping(text="and how mu"))
    assert (await anna.until(staff.Peek)).text == "and how mu"
    await anna.send(staff.Typing(chat=card.chat))
    assert (await page.until(visitor.OperatorTyping)).on

    await anna.send(staff.Say(id="a2", chat=card.chat, text="We do."))
    reply = await page.until(visitor.VisitorMessage, lambda it: it.by == "operator")
    assert (reply.text, reply.name, reply.n, reply.cid) == ("We do.", "Anna", 2, "")
    assert (await anna.until(Message, lambda it: it.cid == "a2")).n == 4
    await page.send(visitor.VisitorRead(n=2))
    await anna.until(ChatCard, lambda it: it.visitor_read == 2)

    await anna.send(staff.Close(id="a3", chat=card.chat))
    gone = await anna.until(staff.Gone, lambda it: it.chat == card.chat)
    assert (gone.why, gone.by) == ("closed", "anna")
    await page.until(visitor.VisitorChat, lambda it: it.state == "closed")
    await page.send(visitor.VisitorRate(id="v2", score=5))
    await page.until(staff.Done)
    assert (await page.until(visitor.VisitorChat, lambda it: it.rating > 0)).rating == 5


async def test_the_first_take_wins_and_the_loser_is_told_who_has_it(relay: RelayProcess) -> None:
    chat, _ = await waiting_chat(relay)
    rivals = [await relay.operator(relay.log_in(login)) for login in ("anna", "boris", "clara")]
    await asyncio.gather(*(each.send(staff.Take(id="race", chat=chat)) for each in rivals))
    outcomes = []
    for each in rivals:
        answer = await each.until(base.Frame, lambda it: isinstance(it, staff.Done | staff.Refused) and it.id == "race")
        outcomes.append(answer)
    winners = [number for number, answer in enumerate(outcomes) if isinstance(answer, staff.Done)]
    assert len(winners) == 1
    winner = ("Anna", "Boris", "Clara")[winners[0]]
    for answer in outcomes:
        if isinstance(answer, staff.Refused):
            assert answer.code == "taken"
            assert winner in answer.text
    for number, each in enumerate(rivals):
        if number != winners[0]:
            gone = await each.until(staff.Gone, lambda it: it.chat == chat)
            assert (gone.why, gone.by) == ("taken", winner.lower())
    await rivals[winners[0]].do(staff.Close, chat=chat)


async def test_a_message_sent_twice_happens_once_and_gets_the_same_answer(relay: RelayProcess) -> None:
    page = await relay.visitor()
    say = visitor.VisitorSay(id="same", text="Only once")
    await page.send(say, say)
    first = await page.until(staff.Done)
    assert await page.until(staff.Done) == first
    await page.send(visitor.VisitorSay(id="next", text="Next"))
    assert (await page.until(staff.Done)).n == 2


async def test_a_reconnect_brings_what_is_lacking_and_no_more(relay: RelayProcess) -> None:
    chat, page = await waiting_chat(relay, "one", "two")
    token = relay.log_in("boris")
    boris = await relay.operator(token)
    await boris.do(staff.Take, chat=chat)
    given = await boris.until(staff.PageOf)
    await boris.close()
    await page.send(visitor.VisitorSay(id="w9", text="three"))
    await page.until(staff.Done, lambda it: it.id == "w9")

    again = await relay.operator(token, staff.Hello(have={chat: given.messages[-1].n}))
    sync = again.all(staff.Sync)[0]
    assert [entry.text for entry in sync.messages if entry.chat == chat] == ["three"]
    new = await relay.operator(token)
    sync = new.all(staff.Sync)[0]
    assert [entry.text for entry in sync.messages if entry.chat == chat] == ["opened", "one", "two", "taken", "three"]
    await new.do(staff.Close, chat=chat)


async def test_a_visitor_who_comes_back_with_the_token_has_the_chat(relay: RelayProcess) -> None:
    page = await relay.visitor()
    token = page.all(visitor.VisitorWelcome)[0].token
    await page.send(visitor.VisitorSay(id="1", text="one"), visitor.VisitorSay(id="2", text="two"))
    chat = (await page.until(staff.Done, lambda it: it.id == "2")).chat
    await page.close()
    back = await relay.visitor(token, chat, 1)
    sync = back.all(visitor.VisitorSync)[0]
    assert (sync.chat.chat, [each.text for each in sync.messages]) == (chat, ["two"])
    payload, dot, signature = token.rpartition(".")
    forged = await relay.visitor(f"{payload}{dot}{'AB'[signature[0] == 'A']}{signature[1:]}")
    assert forged.all(visitor.VisitorSync)[0].chat.chat == 0
    assert forged.all(visitor.VisitorWelcome)[0].visitor != back.all(visitor.VisitorWelcome)[0].visitor


# ---------------------------------------------------------------- looking on


async def test_a_monitor_is_for_supervisors(relay: RelayProcess) -> None:
    token = relay.log_in("anna")
    monitor = await relay.connect("/v1/operator", decode_staff_down, {"Authorization": f"Bearer {token}"})
    await monitor.send(staff.Hello(mode="monitor"))
    assert (await monitor.until(staff.Refused)).code == "not_allowed"
    assert await monitor.closed() == 1008


async def test_a_monitor_reads_every_chat_and_commands_nothing(relay: RelayProcess) -> None:
    chat, page = await waiting_chat(relay, "Hello")
    clara = await relay.operator(relay.log_in("clara"))
    await clara.do(staff.Take, chat=chat)
    monitor = await relay.operator(relay.log_in("sofia"), staff.Hello(mode="monitor"))
    sync = monitor.all(staff.Sync)[0]
    assert chat in [card.chat for card in sync.chats]
    assert next(card for card in sync.operators if card.login == "sofia").connected is False

    await monitor.send(staff.Close(id="m1", chat=chat))
    assert (await monitor.until(staff.Refused)).code == "monitor_read_only"
    await monitor.send(staff.Watch(chat=chat))
    watched = await monitor.until(staff.PageOf)
    assert [entry.text for entry in watched.messages] == ["opened", "Hello", "taken"]
    await page.send(visitor.VisitorSay(id="live", text="Live"))
    assert (await monitor.until(Message)).text == "Live"
    await monitor.send(staff.Fetch(id="fetch", chat=chat, limit=2))
    fetched = await monitor.until(staff.PageOf, lambda it: it.id == "fetch")
    assert ([entry.n for entry in fetched.messages], fetched.more) == ([3, 4], True)
    await clara.do(staff.Close, chat=chat)
    await monitor.until(staff.Gone, lambda it: it.chat == chat)


async def test_a_colleague_is_not_shown_what_another_holds(relay: RelayProcess) -> None:
    chat, _ = await waiting_chat(relay)
    anna, boris = await relay.operator(relay.log_in("anna")), await relay.operator(relay.log_in("boris"))
    await anna.do(staff.Take, chat=chat)
    await boris.until(staff.Gone, lambda it: it.chat == chat)
    await boris.send(staff.Fetch(id="unseen", chat=chat))
    assert (await boris.until(staff.Refused)).code == "not_visible"
    await boris.send(staff.Watch(chat=chat))
    await anna.do(staff.AddNote, chat=chat, text="secret")
    await anna.do(staff.Close, chat=chat)
    await boris.do(staff.SetStatus, status=Status.busy)
    assert not [each for each in boris.all(Message) if each.chat == chat]
    assert not [each for each in boris.all(staff.PageOf) if each.chat == chat]


# ---------------------------------------------------------------- people


async def test_a_blocked_person_is_out_at_once_and_stays_out(relay: RelayProcess) -> None:
    relay.add("mallory")
    relay.signal(signal.SIGHUP)
    token = relay.log_in("mallory")
    mallory = await relay.operator(token)
    colleague = await relay.operator(relay.log_in("sofia"))
    relay.accounts.change("mallory", blocked=True)
    relay.signal(signal.SIGHUP)
    assert (await mallory.until(staff.Bye)).code == "blocked"
    assert await mallory.closed() == 1008
    await colleague.until(OperatorCard, lambda it: it.login == "mallory" and it.blocked)
    with pytest.raises(InvalidStatus):
        await relay.operator(token)


async def test_a_new_password_ends_the_sessions_of_the_old_one(relay: RelayProcess) -> None:
    relay.add("peter")
    peter = await relay.operator(relay.log_in("peter"))
    relay.accounts.set_password("peter", "another good password")
    relay.signal(signal.SIGHUP)
    assert (await peter.until(staff.Bye)).code == "expired"


async def test_a_promoted_person_comes_back_with_the_new_role(relay: RelayProcess) -> None:
    relay.add("rosa")
    token = relay.log_in("rosa")
    rosa = await relay.operator(token)
    relay.accounts.change("rosa", role=Role.supervisor)
    relay.signal(signal.SIGHUP)
    assert await rosa.closed() == 1012
    again = await relay.operator(token)
    assert again.all(staff.Welcome)[0].role is Role.supervisor


# ---------------------------------------------------------------- sites


async def test_a_page_of_another_site_can_not_open_a_chat(relay: RelayProcess) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(
            f"ws://127.0.0.1:{relay.port}/v1/visitor",
            origin=Origin("https://evil.example"),
            proxy=None,
        )
    assert refused.value.response.status_code == 403


async def test_the_sample_shop_and_the_sites_of_the_desk_can(tmp_path: Path) -> None:
    with relay_process(tmp_path / "data", 'sites = ["https://shop.example"]') as relay:
        relay.start()
        for origin in ("https://shop.example", f"http://127.0.0.1:{relay.port}"):
            async with connect(
                f"ws://127.0.0.1:{relay.port}/v1/visitor",
                origin=Origin(origin),
                proxy=None,
            ) as socket:
                await socket.send('{"t":"hello"}')
                assert '"welcome"' in str(await socket.recv())
