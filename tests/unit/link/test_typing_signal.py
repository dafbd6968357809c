from opconsole.link.typing_signal import REPEAT_MS, TypingSignal
from opconsole.wire.staff import Typing


def test_typing_is_told_at_the_first_key_and_then_every_few_seconds() -> None:
    signal = TypingSignal()
    assert signal.typed(1, 1_000) == [Typing(chat=1)]
    assert signal.typed(1, 1_000 + REPEAT_MS - 1) == []
    assert signal.typed(1, 1_000 + REPEAT_MS) == [Typing(chat=1)]


def test_the_end_is_told_once() -> None:
    signal = TypingSignal()
    assert signal.over() == []
    signal.typed(1, 1_000)
    assert signal.over() == [Typing(chat=1, on=False)]
    assert signal.over() == []


def test_another_chat_ends_the_first() -> None:
    signal = TypingSignal()
    signal.typed(1, 1_000)
    assert signal.typed(2, 1_001) == [Typing(chat=1, on=False), Typing(chat=2)]
