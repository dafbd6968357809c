"""Messages for the search's benchmark: Russian and English, with a fixed seed, as varied as a desk's are.

Words are drawn as they are in any language: a few stand in every second message, most in a few. The frequent ones are real support words in
several forms; the long tail is made of syllables (names of goods, of people, of places). Half of the answers are prepared ones, said again and
again with small differences; the rest are written anew.
"""

import random
from collections.abc import Iterator
from typing import Final

from opconsole.wire.cards import Profile
from server_stub.desk import events as ev
from server_stub.desk.events import Event, Record

T0: Final = 1_600_000_000_000
OPERATORS: Final = 30
RUSSIAN: Final = [
    "заказ",
    "заказа",
    "заказы",
    "заказов",
    "доставка",
    "доставки",
    "доставку",
    "доставкой",
    "курьер",
    "курьера",
    "курьеру",
    "деньги",
    "денег",
    "вернуть",
    "возврат",
    "возврата",
    "вернём",
    "оплата",
    "оплату",
    "оплатить",
    "картой",
    "карта",
    "карту",
    "адрес",
    "адреса",
    "телефон",
    "номер",
    "номера",
    "когда",
    "где",
    "почему",
    "сколько",
    "можно",
    "нужно",
    "сегодня",
    "завтра",
    "вчера",
    "товар",
    "товара",
    "товары",
    "размер",
    "цвет",
    "скидка",
    "скидки",
    "промокод",
    "гарантия",
    "ремонт",
    "чайник",
    "чайника",
    "лампа",
    "стол",
    "пожалуйста",
    "спасибо",
    "здравствуйте",
    "день",
    "добрый",
    "хорошо",
    "понятно",
    "подождите",
    "минуту",
    "уточняю",
    "проверю",
    "напишите",
    "пришлите",
    "фото",
    "чек",
    "склад",
    "магазин",
    "привезут",
    "приедет",
    "готов",
    "собран",
    "отправлен",
]
ENGLISH: Final = [
    "order",
    "orders",
    "delivery",
    "delivered",
    "courier",
    "money",
    "refund",
    "refunds",
    "return",
    "returned",
    "returning",
    "payment",
    "pay",
    "paid",
    "card",
    "address",
    "phone",
    "number",
    "when",
    "where",
    "why",
    "how",
    "today",
    "tomorrow",
    "yesterday",
    "product",
    "products",
    "size",
    "colour",
    "discount",
    "coupon",
    "warranty",
    "repair",
    "kettle",
    "kettles",
    "lamp",
    "table",
    "please",
    "thanks",
    "hello",
    "good",
    "morning",
    "wait",
    "minute",
    "checking",
    "send",
    "photo",
    "receipt",
    "store",
    "warehouse",
    "arrive",
    "ready",
    "packed",
    "shipped",
    "your",
    "our",
    "with",
    "for",
    "from",
    "this",
    "that",
    "is",
    "are",
    "the",
]
_SYLLABLES: Final = (
    [
        "ба",
        "во",
        "ги",
        "до",
        "же",
        "за",
        "ки",
        "ле",
        "ми",
        "но",
        "пу",
        "ра",
        "си",
        "те",
        "фу",
        "ха",
        "ци",
        "че",
        "ша",
        "эй",
        "ло",
        "на",
        "ре",
        "ту",
        "ви",
    ],
    [
        "ba",
        "ve",
        "go",
        "di",
        "fu",
        "ke",
        "la",
        "mi",
        "no",
        "pu",
        "ra",
        "se",
        "ti",
        "vo",
        "wa",
        "xe",
        "yo",
        "zu",
        "che",
        "sha",
        "lo",
        "na",
        "re",
        "tu",
        "vi",
    ],
)
PREPARED: Final = 600


class Texts:
    """`records` gives a desk's journal, the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self.dice = random.Random(seed)
        tail = [
            ["".join(self.dice.choices(syllables, k=self.dice.randint(2, 4))) for _ in range(12_000)]
            for syllables in _SYLLABLES
        ]
        self.words = [[*RUSSIAN, *tail[0]], [*ENGLISH, *tail[1]]]
        self.weights = []
        for words in self.words:
            total, sums = 0.0, []
            for rank in range(1, len(words) + 1):
                total += 1 / (rank + 2) ** 0.9
                sums.append(total)
            self.weights.append(sums)
        self.prepared = [self.sentence(at % 2, 6, 18).capitalize() + "." for at in range(PREPARED)]
        self.said: list[str] = []
        """Some of the answers, for hints."""

    def sentence(self, lang: int, least: int, most: int) -> str:
        words = self.dice.choices(self.words[lang], cum_weights=self.weights[lang], k=self.dice.randint(least, most))
        return " ".join(words)

    def question(self, lang: int) -> str:
        text = self.sentence(lang, 3, 14)
        return f"{text} {self.dice.randint(1000, 99999)}?" if self.dice.random() < 0.2 else text + "?"

    def answer(self, lang: int) -> str:
        if self.dice.random() < 0.5:
            return self.prepared[min(int(self.dice.paretovariate(0.6)) - 1, PREPARED // 2 - 1) * 2 + lang]
        text = self.sentence(lang, 4, 20)
        return f"{text}, {self.dice.randint(1000, 99999)}." if self.dice.random() < 0.3 else text + "."

    def records(self, messages: int) -> Iterator[Record]:
        """Chats of about twelve messages each, one after the other, until there are so many messages."""
        dice, seq, said, chat, now = self.dice, 0, 0, 0, T0
        while said < messages:
            chat += 1
            lang = int(dice.random() < 0.35)
            visitor = f"v{dice.randint(1, max(1, messages // 15)):07d}"
            operator = f"op{dice.randrange(OPERATORS)}"
            events: list[tuple[str, Event]] = [
                (f"v:{visitor}", ev.ChatOpened(chat, 1, visitor, dice.choice(("site", "telegram")), "general", now)),
                (f"v:{visitor}", ev.VisitorSeen(visitor, Profile(name=self.sentence(lang, 2, 2).title()))),
                (f"o:{operator}", ev.ChatTaken(chat, 2, operator, operator.title())),
            ]
            n, p = 2, 0
            for turn in range(dice.randint(4, 20)):
                n, p = n + 1, p + 1
                if turn % 2 == 0:
                    events.append((f"v:{visitor}", ev.MessageSaid(chat, n, p, "visitor", self.question(lang))))
                    continue
                text = self.answer(lang)
                if dice.random() < 0.002 and len(self.said) < 2000:
                    self.said.append(text)
                events.append((f"o:{operator}", ev.MessageSaid(chat, n, p, operator, text, name=operator.title())))
            said += p
            events.append((f"o:{operator}", ev.ChatClosed(chat, n + 1, "operator", operator.title())))
            if dice.random() < 0.3:
                events.append((f"v:{visitor}", ev.ChatRated(chat, n + 2, dice.choice((1, 3, 4, 5, 5, 5)))))
            for actor, event in events:
                seq += 1
                now += 2_000
                yield Record(seq, now, actor, event)
