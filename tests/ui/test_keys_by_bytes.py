"""Keys as terminals send them, through a pty to a real console: both layouts, legacy and the kitty protocol, reach the actions."""

from collections.abc import Iterator

import pytest

from opconsole.wire.staff import Say, TakeNext
from tests.ui.by_bytes import Desk, desk_in_a_terminal

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_in_a_terminal(tmp_path_factory.mktemp("home"), real=True) as desk:
        yield desk


def clear(desk: Desk) -> None:
    desk.terminal.send(b"\x15\x15\x15\x15")
    desk.terminal.wait_for("0 words", why="an empty composer")


TAKE_NEXT = {
    "F2": b"\x1bOQ",
    "Ctrl+N": b"\x0e",
    "Ctrl+N, kitty": b"\x1b[110;5u",
    "Ctrl+N in the Russian layout, kitty": b"\x1b[1090::110;5u",
    "Ctrl+N in the Russian layout, kitty without the base key": b"\x1b[1090;5u",
    "Ctrl+N, modifyOtherKeys": b"\x1b[27;5;110~",
}


@pytest.mark.parametrize("data", TAKE_NEXT.values(), ids=TAKE_NEXT.keys())
def test_take_next(desk: Desk, data: bytes) -> None:
    before = len(desk.server.sent(TakeNext))
    desk.terminal.send(data)
    desk.until_sent(TakeNext, before + 1)


CHAT_2 = {
    "Alt+2": b"\x1b2",
    "Alt+2, kitty": b"\x1b[50;3u",
    "Ctrl+G, 2": b"\x072",
    "Ctrl+G in the Russian layout, kitty": b"\x1b[1087::103;5u2",
}


@pytest.mark.parametrize("data", CHAT_2.values(), ids=CHAT_2.keys())
def test_go_to_chat_2(desk: Desk, data: bytes) -> None:
    desk.terminal.send(b"\x1b1")
    desk.terminal.wait_for("To Иван Петров", why="chat 1")
    desk.terminal.send(data)
    desk.terminal.wait_for("To Anna Smith", why="chat 2")


INSERT_2 = {
    "Alt+W": b"\x1bw",
    "Alt+Ц": "\x1bц".encode(),
    "Alt+Ц, kitty": b"\x1b[1094::119;3u",
    "Ctrl+G, ц": "\x07ц".encode(),
}


@pytest.mark.parametrize("data", INSERT_2.values(), ids=INSERT_2.keys())
def test_insert_a_favourite(desk: Desk, data: bytes) -> None:
    desk.terminal.send(b"\x1b3")
    desk.terminal.wait_for("To Сергей", why="chat 3")
    desk.terminal.send(data)
    desk.terminal.wait_for("Одну минуту, уточняю.", why="the template in the composer")
    clear(desk)


CHECKLIST = {"Alt+=": b"\x1b=", "Alt+=, kitty": b"\x1b[61;3u", "Ctrl+G, =": b"\x07="}


@pytest.mark.parametrize("data", CHECKLIST.values(), ids=CHECKLIST.keys())
def test_the_checklist(desk: Desk, data: bytes) -> None:
    desk.terminal.send(b"\x1b3")
    desk.terminal.wait_for("To Сергей", why="chat 3")
    desk.terminal.send(data)
    desk.terminal.wait_for("checklist", why="what Alt+= says here")
    desk.terminal.send(b"\x1b")
    desk.terminal.wait_for(lambda screen: "checklist" not in screen, why="Esc takes it away")


NEW_LINE = {"Alt+Enter": b"\x1b\r", "Ctrl+J": b"\n", "Shift+Enter, kitty": b"\x1b[13;2u", "Ctrl+G, Enter": b"\x07\r"}


@pytest.mark.parametrize("data", NEW_LINE.values(), ids=NEW_LINE.keys())
def test_a_new_line_and_enter_sends(desk: Desk, data: bytes) -> None:
    before = len(desk.server.sent(Say))
    desk.terminal.send(b"\x1b3")
    desk.terminal.wait_for("To Сергей", why="chat 3")
    desk.terminal.send("да".encode())
    desk.terminal.send(data)
    desk.terminal.send("нет".encode())
    desk.terminal.wait_for("2 words")
    desk.terminal.send(b"\r")
    desk.until_sent(Say, before + 1)
    assert desk.server.sent(Say)[-1].text == "да\nнет"


def test_insert_and_send_in_the_russian_layout(desk: Desk) -> None:
    before = len(desk.server.sent(Say))
    desk.terminal.send("\x1bч".encode())  # Alt+X: the second key of the row
    desk.until_sent(Say, before + 1)
    assert desk.server.sent(Say)[-1].text == "Одну минуту, уточняю."


def test_keys_of_one_burst_are_carried_out_in_their_order(desk: Desk) -> None:
    """After a stall many keys come at once: what was typed for one chat must not get into another."""
    before = len(desk.server.sent(Say))
    desk.terminal.send(b"\x1b1one\x7f\x7fn\r\x1b2tw0\x7fo\r\x1b3/refun\tx\x7f\r")
    desk.until_sent(Say, before + 3)
    said = [(say.chat, say.text) for say in desk.server.sent(Say)[before:]]
    assert said == [(11, "on"), (12, "two"), (14, "Деньги вернутся на карту в течение 5 дней.")]


def test_letters_and_wide_characters_are_typed_as_they_are(desk: Desk) -> None:
    before = len(desk.server.sent(Say))
    desk.terminal.send("Ёж 界 🙂 ok\r".encode())
    desk.until_sent(Say, before + 1)
    assert desk.server.sent(Say)[-1].text == "Ёж 界 🙂 ok"


def test_nothing_but_own_sequences_comes_out(desk: Desk) -> None:
    """A paste with controls in it: neither its OSC nor its C1 may come out again."""
    desk.terminal.send("\x1b[200~a\x1b]52;c;eA==\x07b\x9b31mc\x1b[201~".encode())
    desk.terminal.wait_for("]52;c;eA==", why="its words")
    assert b"\x1b]52;" not in bytes(desk.terminal.raw)
    assert "\x9b".encode() not in bytes(desk.terminal.raw)
    clear(desk)
