"""The simulated visitor's client against a relay that plays the tricks that links play."""

import asyncio
import time
from random import Random

from msgspec import structs

from opconsole.simulation.ledger import Ledger
from opconsole.simulation.mind import Mind
from opconsole.simulation.visitor_client import VisitorClient
from tests.unit.simulation.tiny_relay import QUICK, Call, Frame, Relay, message, relay


def clock_us() -> int:
    return time.monotonic_ns() // 1000


def visitor(relay: Relay, **habits: object) -> VisitorClient:
    who = structs.replace(QUICK, **habits)
    mind = Mind(who, Random(1), clock_us() // 1000)
    return VisitorClient(relay.url, mind, Ledger("anna"), clock_us=clock_us, dice=Random(2))


async def test_a_visitor_asks_is_answered_reads_and_leaves() -> None:
    read: list[Frame] = []

    async def conversation(relay: Relay, call: Call) -> None:
        await call.welcome()
        say = await call.hear("say")
        await call.tell(
            {"t": "done", "id": say["id"], "chat": 7, "n": 1, "at": 0},
            message(1, say["text"], say["id"]),
            {"t": "chat", "chat": 7, "rev": 3, "state": "held", "operator": "Maria", "last": 1},
            message(2, "It comes tomorrow."),
        )
        read.append(await call.hear("read"))
        await call.gone()

    async with relay(conversation) as it:
        client = visitor(it)
        await asyncio.wait_for(client.run(), 30)

    (call,) = it.calls
    assert call.origin == it.url
    assert call.hello["profile"]["agent"] == QUICK.profile.agent
    assert "token" not in call.hello
    assert read == [{"t": "read", "n": 2}]
    assert client.ledger.problems == []
    assert [(sent.chat, sent.n) for sent in client.ledger.stored] == [(7, 1)]
    assert client.chats == {7}
    assert client.mind.finished


async def test_a_message_whose_answer_was_lost_is_sent_again_under_its_id() -> None:
    said: list[Frame] = []

    async def conversation(relay: Relay, call: Call) -> None:
        if call.number == 1:
            await call.welcome()
            said.append(await call.hear("say"))
            await call.hang_up()  # stored, but the answer is lost
            return
        first = said[0]
        await call.welcome({"chat": 7, "rev": 3, "state": "held", "last": 1}, message(1, first["text"], first["id"]))
        said.append(await call.hear("say"))
        await call.tell({"t": "done", "id": first["id"], "chat": 7, "n": 1, "at": 0}, message(2, "Yes?"))
        await call.gone()

    async with relay(conversation) as it:
        client = visitor(it)
        await asyncio.wait_for(client.run(), 30)

    assert said[0] == said[1]
    assert it.calls[1].hello["token"] == "tok"
    assert client.ledger.problems == []
    assert client.ledger.stored_us == [], "the time of a message that was sent twice says nothing"
    assert client.reconnects == 1


async def test_on_connecting_again_it_says_what_it_holds() -> None:
    async def conversation(relay: Relay, call: Call) -> None:
        if call.number == 1:
            await call.welcome()
            say = await call.hear("say")
            await call.tell(
                {"t": "done", "id": say["id"], "chat": 7, "n": 1, "at": 0},
                {"t": "chat", "chat": 7, "rev": 3, "state": "held", "last": 1},
                message(1, say["text"], say["id"]),
            )
            await call.hang_up()
            return
        await call.welcome({"chat": 7, "rev": 4, "state": "held", "last": 2}, message(2, "Yes!"))
        await call.gone()

    async with relay(conversation) as it:
        client = visitor(it)
        await asyncio.wait_for(client.run(), 30)

    assert (it.calls[1].hello["chat"], it.calls[1].hello["have"]) == (7, 1)
    assert client.ledger.problems == []
    assert client.ledger.last_in(7) == 2


async def test_who_is_refused_fills_in_the_form() -> None:
    forms: list[Frame] = []

    async def conversation(relay: Relay, call: Call) -> None:
        await call.welcome()
        say = await call.hear("say")
        await call.tell({"t": "refused", "id": say["id"], "code": "inbox_full", "text": "…"})
        forms.append(form := await call.hear("form"))
        await call.tell({"t": "done", "id": form["id"], "chat": 8})
        await call.gone()

    async with relay(conversation) as it:
        client = visitor(it, name="Anna", email="anna@example.com")
        await asyncio.wait_for(client.run(), 30)

    assert (forms[0]["name"], forms[0]["email"]) == ("Anna", "anna@example.com")
    assert client.ledger.refusals == {"inbox_full": 1}


async def test_a_relay_that_shows_other_words_in_the_end_is_found_out() -> None:
    async def conversation(relay: Relay, call: Call) -> None:
        if call.number == 1:
            await call.welcome()
            say = await call.hear("say")
            await call.tell(
                {"t": "done", "id": say["id"], "chat": 7, "n": 1, "at": 0},
                message(1, say["text"], say["id"]),
                message(2, "Yes!"),
            )
        else:
            await call.welcome({"chat": 7, "rev": 9, "state": "closed", "last": 1}, message(1, "Something else"))
        await call.gone()

    async with relay(conversation) as it:
        client = visitor(it)
        await asyncio.wait_for(client.run(), 30)
        await client.verify()

    assert "have" not in it.calls[1].hello, "it syncs from nothing"
    assert len(client.ledger.problems) == 2
    assert len(client.ledger.lost_in(7)) == 1


async def test_a_relay_that_turns_it_away_is_asked_again_until_it_lets_it_in() -> None:
    async def conversation(relay: Relay, call: Call) -> None:
        if call.number < 3:
            await call.tell({"t": "bye", "code": "stopping", "text": "…"})
            await call.hang_up()
            return
        await call.welcome()
        say = await call.hear("say")
        await call.tell(
            {"t": "done", "id": say["id"], "chat": 7, "n": 1, "at": 0},
            message(1, say["text"], say["id"]),
            message(2, "Yes!"),
        )
        await call.gone()

    async with relay(conversation) as it:
        client = visitor(it)
        await asyncio.wait_for(client.run(), 30)

    assert len(it.calls) == 3
    assert client.ledger.problems == []
