"""A desk in the middle of a working day: what the screens are drawn with in snapshots, in both languages of the visitors."""

from typing import Any

from opconsole.wire.cards import (
    ChatCard,
    DeskCard,
    EarlierChat,
    OperatorCard,
    Page,
    Place,
    Profile,
    Role,
    Status,
    TemplateCard,
    VisitorCard,
    VisitorNote,
)
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Sync
from tests.ui.fake_relay import NOW

S = 1000
M = 60 * S
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)


def waiting(chat: int, name: str, words: str, waits_s: int, **more: Any) -> ChatCard:
    since = NOW - waits_s * S
    return ChatCard(
        rev=chat, chat=chat, place=Place.inbox, visitor=f"v{chat}", name=name, waiting_since=since, answer_by=since + M,
        opened_at=since, owes_since=since, words=words, words_by="visitor", last_at=since, last=2, public=1, unread=1,
        online=True, **more,
    )  # fmt: skip


def held(chat: int, name: str, words: str, **more: Any) -> ChatCard:
    fields: dict[str, Any] = {
        "opened_at": NOW - 20 * M, "taken_at": NOW - 15 * M, "owner": "olga", "owner_name": "Olga", "words": words,
        "words_by": "visitor", "last_at": NOW - M, "online": True, "last": 3, "public": 2, "operator_read": 2,
    }  # fmt: skip
    return ChatCard(rev=chat, chat=chat, place=Place.held, visitor=f"v{chat}", name=name, **{**fields, **more})


INBOX = [
    waiting(21, "Мария Климова", "Здравствуйте! Можно ли вернуть товар без чека?", 128, channel="telegram"),
    waiting(22, "", "hello, is anybody here?", 64),
    waiting(19, "Пётр", "Я всё ещё жду ответа…", 340, rescues=2, let_go=["ivan", "anna"]),
    waiting(
        23, "Jürgen Großmann-Österreicher", "Delivery to Vienna: how long does it take, and what does it cost?", 12
    ),
    waiting(24, "李小龙", "请问 🙂 订单在哪里？", 7, channel="email"),
]
MINE = [
    held(11, "Иван Петров", "А когда привезут?", owes_since=NOW - 130 * S, rescue_at=NOW + 50 * S, last=11, public=8,
         unread=1, operator_read=7, visitor_read=7),
    held(12, "Anna Smith", "Thanks, that is all!", owes_since=NOW - 160 * S, rescue_at=NOW + 20 * S, unread=2),
    held(14, "Сергей", "Хорошо, жду", words_by="olga"),
]  # fmt: skip

OPERATORS = [
    OperatorCard(rev=1, login="olga", name="Olga", status=Status.online, connected=True, held=3, limit=4),
    OperatorCard(rev=1, login="ivan", name="Иван Сидоров", status=Status.online, connected=True, held=4, limit=4),
    OperatorCard(rev=1, login="anna", name="Anna", status=Status.busy, connected=True, held=1, limit=4, role=Role.supervisor),
    OperatorCard(rev=1, login="kim", name="Kim", limit=4),
]  # fmt: skip

VISITOR = VisitorCard(
    rev=1, visitor="v11", name="Иван Петров", email="petrov@example.com", phone="+7 900 000-00-00", city="Омск", first_at=NOW - 90 * 24 * 60 * M,
    chats=3, online=True,
    profile=Profile(
        page=Page(url="https://shop.example/product/blue-kettle?color=blue&utm_source=ad", title="Чайник «Синий», 1,7 л"),
        referrer="https://search.example/", landing="https://shop.example/?utm_source=ad", query="купить синий чайник",
        utm={"utm_source": "ad", "utm_campaign": "spring"}, lang="ru-RU", tz="Asia/Omsk", screen="1920×1080", agent=AGENT, visits=7,
    ),
    earlier=[
        EarlierChat(chat=3, opened_at=NOW - 40 * 24 * 60 * M, owner_name="Anna", words="Спасибо, получил", rating=5),
        EarlierChat(chat=2, opened_at=NOW - 80 * 24 * 60 * M, owner_name="Olga", words="Верните деньги", rating=2),
    ],
    notes=[VisitorNote(at=NOW - 40 * 24 * 60 * M, by="anna", text="Постоянный покупатель, звонить после 18:00")],
)  # fmt: skip

_TALK: list[tuple[str, str, Kind, int]] = [
    ("", "opened", Kind.event, 86_400 + 1_260),
    ("visitor", "Здравствуйте! Заказал вчера чайник, номер заказа 10482.", Kind.say, 1_260),
    ("olga", "taken", Kind.event, 1_200),
    ("olga", "Добрый день, Иван! Сейчас посмотрю.", Kind.say, 1_190),
    ("olga", "Заказ собран и передан в доставку, курьер позвонит за час. Если вас не будет дома, скажите, когда удобно: перенесём на другой день.", Kind.say, 1_130),
    ("visitor", "Отлично 🙂", Kind.say, 1_080),
    ("visitor", "А можно оплатить картой при получении? И ещё вопрос: в коробке точно есть подставка? На сайте по адресу https://shop.example/product/blue-kettle?color=blue&utm_source=ad не сказано.", Kind.say, 1_075),
    ("olga", "Проверить комплект у склада", Kind.note, 900),
    ("olga", "Да, картой можно. Подставка в комплекте.", Kind.say, 600),
    ("visitor", "Спасибо", Kind.say, 200),
    ("visitor", "А когда привезут?", Kind.say, 130),
]  # fmt: skip


def talk(chat: int = 11) -> list[Message]:
    messages, p = [], 0
    for n, (by, text, kind, ago_s) in enumerate(_TALK, start=1):
        p += kind is Kind.say
        name = {"olga": "Olga", "visitor": "Иван Петров"}.get(by, "")
        messages.append(
            Message(
                chat=chat,
                n=n,
                p=p if kind is Kind.say else 0,
                at=NOW - ago_s * S,
                kind=kind,
                by=by,
                name=name,
                text=text,
            )
        )
    return messages


TEMPLATES = [
    TemplateCard(rev=1, template="t1", code="hi", title="Приветствие", text="{greeting}{?, {visitor}}! Меня зовут {operator}.", group="Общие", hotkey=1, lang="ru"),
    TemplateCard(rev=1, template="t2", code="wait", title="Минуту", text="Одну минуту, уточняю.", group="Общие", hotkey=2, lang="ru"),
    TemplateCard(rev=1, template="t3", code="order", title="Где заказ", text="Заказ {номер заказа} приедет {день}.", group="Доставка", lang="ru"),
    TemplateCard(rev=1, template="t4", code="refund", title="Возврат", text="Деньги вернутся на карту в течение 5 дней.", group="Оплата", lang="ru"),
    TemplateCard(rev=1, template="t5", code="bye", title="Прощание", text="Спасибо за обращение! Хорошего дня.", group="Общие", hotkey=3, lang="ru"),
]  # fmt: skip


def sync() -> Sync:
    return Sync(
        head=100,
        chats=[*INBOX, *MINE],
        visitors=[VISITOR],
        operators=OPERATORS,
        templates=TEMPLATES,
        messages=talk(),
        desk=DeskCard(rev=1, waiting=5, held=8, opened_today=40),
    )
