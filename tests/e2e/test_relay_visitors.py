"""Whose chat it is, at a real relay: a visitor reads and writes their own and no other, whatever they send; a site's customer comes by
the site's word, and on every device."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from opconsole.wire import staff, visitor
from opconsole.wire.cards import Profile, Status, VisitorCard
from opconsole.wire.codec import decode_visitor_down
from server_stub import __main__ as program
from server_stub.edge.visitor_tokens import VisitorTokens
from tests.e2e.relay_process import Peer, RelayProcess, relay_process


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    folder = tmp_path_factory.mktemp("own") / "data"
    with relay_process(folder, 'name = "Acme"\n[limits]\nchats = 50') as running:
        running.add("anna")
        program.main(["site-key", "--data", str(folder)])
        yield running.start()


@pytest.fixture(autouse=True)
async def _closing(relay: RelayProcess) -> AsyncIterator[None]:
    yield
    await relay.close_peers()


def site_key(relay: RelayProcess) -> str:
    return (relay.folder / "site.key").read_text().split()[0]


def word(relay: RelayProcess, sub: str = "4711", key: str = "", **claims: Any) -> str:
    """What the site says of its customer."""
    made = {"sub": sub, "exp": int(time.time()) + 300, "name": "Olga", "email": "olga@shop.example", **claims}
    return jwt.encode(made, key or site_key(relay), algorithm="HS256")


async def greets(relay: RelayProcess, **hello: Any) -> Peer:
    peer = await relay.connect("/v1/visitor", decode_visitor_down)
    await peer.send(visitor.VisitorHello(**hello))
    return peer


async def welcomed(relay: RelayProcess, **hello: Any) -> tuple[Peer, visitor.VisitorWelcome, visitor.VisitorSync]:
    peer = await greets(relay, **hello)
    return peer, await peer.until(visitor.VisitorWelcome), await peer.until(visitor.VisitorSync)


async def victims_chat(relay: RelayProcess, text: str) -> tuple[Peer, str, int]:
    """Somebody's open chat with a secret in it: the page, its token, the chat's number."""
    page, welcome, _ = await welcomed(relay)
    done = await page.do(visitor.VisitorSay, text=text)
    return page, welcome.token, done.chat


# ---------------------------------------------------------------- their own, and no other


async def test_no_frame_of_a_visitor_reads_or_touches_anothers_chat(relay: RelayProcess) -> None:
    victim, _, chat = await victims_chat(relay, "my secret is a heron")
    anna = await relay.operator(relay.log_in("anna"))
    await anna.do(staff.SetStatus, status=Status.online)
    await anna.do(staff.Take, chat=chat)
    await anna.do(staff.Say, chat=chat, text="and mine is an otter")
    await victim.until(visitor.VisitorMessage, lambda it: it.text.endswith("otter"))

    thief, _, sync = await welcomed(relay, chat=chat, have=0)
    assert (sync.chat.chat, sync.messages) == (0, []), "a number in `hello` is a claim, not a right"
    for line in (
        {"t": "read", "n": 2, "chat": chat},
        {"t": "typing", "text": "boo", "chat": chat},
        {"t": "page", "url": "https://evil.example", "chat": chat},
        {"t": "rate", "id": "r", "score": 1, "chat": chat},
        {"t": "end", "id": "e", "chat": chat},
        {"t": "fetch", "id": "f", "chat": chat, "before": 99, "limit": 50},
        {"t": "watch", "chat": chat, "have": 0},
        {"t": "take", "id": "t", "chat": chat},
        {"t": "note", "id": "n", "chat": chat, "text": "x"},
        {"t": "say", "id": "s", "text": "my own words", "chat": chat},
    ):
        await thief.socket.send(json.dumps(line))
    own = await thief.until(staff.Done, lambda it: it.id == "s")
    assert own.chat != chat
    # Words, not digits: those stand in the frames' own times sooner or later.
    assert not any(secret in repr(frame) for frame in thief.seen for secret in ("heron", "otter"))

    await victim.do(visitor.VisitorSay, text="still here")
    card = await victim.until(visitor.VisitorChat, lambda it: it.last == 3)
    assert (card.state, card.rating) == ("held", 0)
    await anna.do(staff.Close, chat=chat)


async def test_an_old_number_and_an_impossible_one_bring_the_visitors_own_chat(relay: RelayProcess) -> None:
    _, token, chat = await victims_chat(relay, "own words")
    for claimed, have in ((chat, 0), (chat - 1, 5), (chat + 1000, 1), (2**31, 2**31)):
        _, _, sync = await welcomed(relay, token=token, chat=claimed, have=have)
        assert sync.chat.chat == chat
        assert {it.chat for it in sync.messages} <= {chat}


async def test_a_token_of_another_desk_a_forged_and_a_changed_one_make_somebody_new(
    relay: RelayProcess, tmp_path: Path
) -> None:
    _, token, _ = await victims_chat(relay, "mine alone")
    victim = (await welcomed(relay, token=token))[1].visitor
    payload, _, signature = token.rpartition(".")
    others = VisitorTokens([b"x" * 32])
    tampered = VisitorTokens([b"y" * 32]).make(victim).rpartition(".")[0] + "." + signature
    with relay_process(tmp_path / "data") as other:
        other.start()
        _, welcome, sync = await welcomed(other, token=token)
        assert (welcome.visitor == victim, sync.chat.chat) == (False, 0)
        foreign = welcome.token
        await other.close_peers()
    changed = VisitorTokens([b"z" * 32]).make("somebody").rpartition(".")[0] + "." + signature
    for bad in (foreign, others.make(victim), changed, payload + ".", payload, victim, f'"{victim}"', tampered + "x"):
        _, welcome, sync = await welcomed(relay, token=bad)
        assert welcome.visitor != victim
        assert sync.chat.chat == 0
    assert len({(await welcomed(relay))[1].visitor for _ in range(5)}) == 5


# ---------------------------------------------------------------- the site's word


async def test_a_customer_has_one_history_on_every_device_and_the_operator_sees_whose_word_it_is(
    relay: RelayProcess,
) -> None:
    desktop, welcome, _ = await welcomed(relay, identity=word(relay), profile=Profile(phone="112"))
    assert welcome.token == "", "signing out at the site must not leave a way in"
    chat = (await desktop.do(visitor.VisitorSay, text="On the desktop")).chat
    phone, there, sync = await welcomed(relay, identity=word(relay, name="Olga"))
    assert there.visitor == welcome.visitor
    assert [it.text for it in sync.messages] == ["On the desktop"]
    await phone.do(visitor.VisitorSay, text="On the phone")
    assert (await desktop.until(visitor.VisitorMessage, lambda it: it.n == 2)).text == "On the phone"

    anna = await relay.operator(relay.log_in("anna"))
    card = next(it for it in anna.all(staff.Sync)[0].visitors if it.visitor == welcome.visitor)
    assert isinstance(card, VisitorCard)
    assert (card.customer, card.name, card.email, card.phone) == ("4711", "Olga", "olga@shop.example", "112")
    assert card.vouched == ["name", "email"]
    await anna.do(staff.SetStatus, status=Status.online)
    await anna.do(staff.Take, chat=chat)
    await anna.do(staff.Close, chat=chat)


async def test_an_anonymous_chat_stays_its_own_when_its_visitor_signs_in(relay: RelayProcess) -> None:
    """Whoever sat at the machine before may have written it: it never becomes the words of the customer."""
    _, token, chat = await victims_chat(relay, "written before signing in")
    page, welcome, sync = await welcomed(relay, identity=word(relay, "4712"), token=token, chat=chat, have=0)
    assert sync.chat.chat == 0
    assert (await page.do(visitor.VisitorSay, text="written after")).chat != chat
    _, anonymous, sync = await welcomed(relay, token=token)
    assert anonymous.visitor != welcome.visitor
    assert [it.text for it in sync.messages] == ["written before signing in"]


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"exp": int(time.time()) - 600}, "identity_expired"),
        ({"exp": int(time.time()) + 86_400}, "identity"),
        ({"key": "k" * 64}, "identity"),
        ({"aud": "Other"}, "identity"),
    ],
)
async def test_a_word_that_does_not_count_is_refused_and_nobody_is_let_in_by_the_token_beside_it(
    relay: RelayProcess, claims: dict[str, Any], code: str
) -> None:
    _, token, _ = await victims_chat(relay, "anonymous")
    page = await greets(relay, identity=word(relay, **claims), token=token)
    assert await page.closed() == 1008
    assert [(type(frame), frame.code) for frame in page.seen] == [(staff.Refused, code), (staff.Bye, code)]
    assert site_key(relay) not in repr(page.seen)


async def test_a_site_key_can_be_changed_while_the_relay_runs(relay: RelayProcess) -> None:
    folder = str(relay.folder)
    old = site_key(relay)
    before = (await welcomed(relay, identity=word(relay, "4713")))[1].visitor
    await asyncio.to_thread(program.main, ["site-key", "--new", "--data", folder])
    assert site_key(relay) != old
    await until_taken(relay, word(relay, "4713"))
    assert (await welcomed(relay, identity=word(relay, "4713", old)))[1].visitor == before
    await asyncio.to_thread(program.main, ["site-key", "--retire", "--data", folder])
    while isinstance((await answer(relay, word(relay, "4713", old))), visitor.VisitorWelcome):
        pass
    assert (await welcomed(relay, identity=word(relay, "4713")))[1].visitor == before


async def test_visitors_keep_their_chats_when_the_key_of_their_tokens_is_changed(relay: RelayProcess) -> None:
    _, token, chat = await victims_chat(relay, "before the change")
    folder = str(relay.folder)
    await asyncio.to_thread(program.main, ["visitor-key", "--new", "--data", folder])
    renewed = token
    while renewed == token:
        _, welcome, sync = await welcomed(relay, token=token)
        assert sync.chat.chat == chat
        renewed = welcome.token
    await asyncio.to_thread(program.main, ["visitor-key", "--retire", "--data", folder])
    while (await welcomed(relay, token=token))[2].chat.chat == chat:
        pass
    assert (await welcomed(relay, token=renewed))[2].chat.chat == chat


async def answer(relay: RelayProcess, identity: str) -> Any:
    peer = await greets(relay, identity=identity)
    while not peer.seen:
        peer._read(await peer.socket.recv())
    return peer.seen[0]


async def until_taken(relay: RelayProcess, identity: str) -> None:
    """The relay has read its keys again."""
    while not isinstance(await answer(relay, identity), visitor.VisitorWelcome):
        pass
