"""One sample (or more) of every frame of the protocol, in a plausible story: the golden files hold their JSON.

A change of a golden file is a change of the protocol: other people's clients feel it. After a deliberate one, write the
files anew with `python -m tests.golden.samples` and say so in the changelog.
"""

from pathlib import Path
from typing import Final

from msgspec import Struct

from opconsole.wire import staff as s
from opconsole.wire import visitor as v
from opconsole.wire.cards import (
    ChatCard,
    DeskCard,
    EarlierChat,
    OperatorCard,
    Page,
    Place,
    Priority,
    Profile,
    Role,
    Status,
    TemplateCard,
    Tick,
    VisitorCard,
    VisitorNote,
)
from opconsole.wire.checklists import Step
from opconsole.wire.codec import encode
from opconsole.wire.messages import Kind, Message
from opconsole.wire.templates import TemplateVersion
from tests.golden import checklist_samples as checklists
from tests.golden import file_samples as files
from tests.golden import search_samples as search

FOLDER: Final = Path(__file__).parent / "frames"
NOON: Final = 1_767_268_800_000
"""2026-01-01 12:00 UTC."""

profile = Profile(
    page=Page("https://shop.example/product/lamp", "Desk lamp"),
    referrer="https://search.example/?q=desk+lamp",
    landing="https://shop.example/?utm_source=mail",
    query="desk lamp",
    utm={"source": "mail", "campaign": "winter"},
    lang="ru-RU",
    tz="Europe/Moscow",
    screen="1440x900",
    agent="Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0",
    visits=3,
    name="Анна",
    email="anna@example.com",
    phone="+7 900 000-00-00",
)
asked = Message(
    chat=7, n=2, p=1, at=NOON, by="visitor", name="Анна", text="Здравствуйте!\nГде мой заказ №45?", cid="9f0c"
)
edited = Message(
    chat=7,
    n=7,
    p=3,
    at=NOON + 20_000,
    kind=Kind.change,
    by="maria",
    name="Maria",
    text="Добрый день! Заказ в пути, будет сегодня.",
    cid="c17",
    version=1,
    of=6,
    of_p=2,
)
held = ChatCard(
    rev=41,
    chat=7,
    place=Place.held,
    visitor="v12",
    name="Анна",
    lang="ru-RU",
    priority=Priority.high,
    owner="maria",
    owner_name="Maria",
    opened_at=NOON,
    taken_at=NOON + 9_000,
    owes_since=NOON,
    rescue_at=NOON + 99_000,
    last=3,
    public=1,
    unread=1,
    operator_read=1,
    words="Здравствуйте! Где мой заказ №45?",
    words_by="visitor",
    last_at=NOON,
    online=True,
    rescues=1,
    let_go=["ivan"],
)
maria = OperatorCard(
    rev=40,
    login="maria",
    name="Maria",
    role=Role.supervisor,
    status=Status.busy,
    connected=True,
    held=1,
    limit=5,
    owes_since=NOON,
    status_at=NOON - 3_600_000,
    taken_today=11,
)
template = TemplateCard(
    rev=3,
    template="t-hi",
    code="hi",
    title="Greeting",
    text="Hello, {visitor}! How can I help?",
    group="Start",
    lang="en",
    hotkey=1,
)
about = VisitorCard(
    rev=41,
    visitor="v12",
    name="Анна",
    email="anna@example.com",
    phone="+7 900 000-00-00",
    city="Moscow",
    address="192.0.2.7",
    profile=profile,
    first_at=NOON - 86_400_000,
    chats=2,
    earlier=[EarlierChat(chat=3, opened_at=NOON - 86_400_000, owner_name="Ivan", words="Спасибо!", rating=5)],
    notes=[VisitorNote(at=NOON - 86_000_000, by="ivan", text="Prefers the phone", chat=3, n=9)],
    online=True,
    customer="4711",
    vouched=["name", "email"],
)
today = DeskCard(
    rev=41, waiting=2, held=1, opened_today=14, taken_today=11, rescues_today=1, abandoned_today=1, closed_today=10
)
chat_held = v.VisitorChat(chat=7, rev=41, state="held", operator="Maria", read=1, last=1)

STAFF_UP: Final[list[s.StaffUp]] = [
    s.Hello(),
    s.Hello(mode="monitor", have={7: 2, 12: 40}, agent="opconsole/1.0"),
    s.Hello(mode="script", agent="opconsole/1.0"),
    s.Take(id="c1", chat=7),
    s.TakeNext(id="c2"),
    s.Return(id="c3", chat=7),
    s.Transfer(id="c4", chat=7, to="ivan"),
    s.Transfer(id="c5", chat=7, to="ivan", override=True),
    s.Snooze(id="c6", chat=7, until=NOON + 600_000),
    s.Close(id="c7", chat=7),
    s.Reopen(id="c8", chat=7),
    s.Say(id="c9", chat=7, text="Добрый день! Заказ в пути.\nБудет завтра."),
    s.AddNote(id="c10", chat=7, text="Asked about order 45"),
    s.EditMessage(id="c17", chat=7, n=6, text="Добрый день! Заказ в пути, будет сегодня."),
    s.DeleteMessage(id="c18", chat=7, n=5),
    s.SetStatus(id="c11", status=Status.away, reason="lunch"),
    s.SetPriority(id="c12", chat=7, priority=Priority.urgent),
    s.EditVisitor(id="c13", chat=7, name="Anna Petrova", email="anna@example.com", phone=""),
    s.SaveTemplate(
        id="c14",
        template="t-hi",
        code="hi",
        title="Greeting",
        text="Hello!",
        group="Start",
        lang="en",
        hotkey=1,
        mine=False,
    ),
    s.SaveTemplate(
        id="c20",
        template="t-sale",
        code="sale",
        text="{>hi} Today everything is cheaper.",
        group="Start/Season",
        channel="telegram",
        mine=False,
        department="sales",
        active_from=NOON,
        active_until=NOON + 86_400_000,
        hours="mon-fri 9:00-18:00",
        edition=40,
    ),
    s.DropTemplate(id="c15", template="t-hi"),
    s.DropTemplate(id="c21", template="t-sale", edition=44),
    s.TickStep(id="c22", chat=7, step="greet"),
    s.TickStep(id="c23", chat=7, step="greet", on=False),
    s.TemplateHistory(id="c24", template="t-sale"),
    s.Say(id="c25", chat=7, text="Hello, Анна! How can I help?", template="t-hi"),
    s.Fetch(id="c16", chat=7, before=41, limit=50),
    s.History(id="c19", chat=7, n=6),
    *search.UP,
    *checklists.UP,
    s.Read(chat=7, p=1),
    s.Typing(chat=7),
    s.Typing(chat=7, on=False),
    s.Watch(chat=7, have=2),
    s.Watch(chat=0),
]

STAFF_DOWN: Final[list[s.StaffDown]] = [
    s.Welcome(
        v=1,
        desk="Example shop",
        login="maria",
        name="Maria",
        role=Role.supervisor,
        mode="work",
        now=NOON,
        settings=s.Settings(first_reply_ms=60_000, tz="Europe/Moscow"),
    ),
    s.Welcome(
        v=1,
        desk="Example shop",
        login="ivan",
        name="Ivan",
        role=Role.operator,
        mode="work",
        now=NOON,
        settings=s.Settings(
            files=files.rules,
            department_templates=Role.operator,
            checklists={
                "sales": [
                    Step(id="greet", title="Greet by name", template="hi"),
                    Step(id="offer", title="Make an offer", required=True),
                ]
            },
        ),
    ),
    s.Sync(
        head=41, chats=[held], visitors=[about], operators=[maria], templates=[template], messages=[asked], desk=today
    ),
    s.Sync(head=0),
    held,
    ChatCard(
        rev=50,
        chat=8,
        place=Place.inbox,
        visitor="v13",
        opened_at=NOON,
        waiting_since=NOON,
        answer_by=NOON + 60_000,
        owes_since=NOON,
        alarm=True,
    ),
    ChatCard(
        rev=60,
        chat=7,
        place=Place.closed,
        visitor="v12",
        closed_at=NOON + 300_000,
        rating=5,
        comment="Quick!\nThank you",
        visitor_read=4,
    ),
    ChatCard(
        rev=61,
        chat=9,
        place=Place.snoozed,
        visitor="v14",
        channel="mail",
        department="returns",
        owner="maria",
        snoozed_until=NOON + 600_000,
        close_at=NOON + 900_000,
        ticks=[Tick("greet", "maria", NOON + 5_000)],
    ),
    about,
    maria,
    OperatorCard(rev=62, login="ivan", name="Ivan", status=Status.away, reason="lunch", rescues_today=2, blocked=True),
    template,
    TemplateCard(rev=4, template="t-bye", code="bye", text="Bye!", owner="maria"),
    TemplateCard(
        rev=44,
        template="t-sale",
        code="sale",
        title="sale",
        text="{>hi} Today everything is cheaper.",
        group="Start/Season",
        department="sales",
        channel="telegram",
        active_from=NOON,
        active_until=NOON + 86_400_000,
        hours="mon-fri 9:00-18:00",
        edition=44,
        by="maria",
        at=NOON,
        used=12,
    ),
    OperatorCard(rev=63, login="olga", departments=["general", "sales"]),
    today,
    asked,
    Message(chat=7, n=3, at=NOON + 9_000, kind=Kind.event, by="maria", name="Maria", text="taken"),
    Message(chat=7, n=4, at=NOON + 9_500, kind=Kind.event, by="maria", name="Maria", text="transferred", to="ivan"),
    Message(chat=7, n=5, at=NOON + 12_000, kind=Kind.note, by="maria", name="Maria", text="Asked before", cid="c10"),
    edited,
    Message(chat=7, n=2, p=1, at=NOON, by="visitor", name="Анна", version=1, deleted_by="maria", deleted_name="Maria"),
    s.Gone(chat=7, rev=42, why="rescued", by="maria"),
    s.TemplateGone(template="t-hi", rev=43),
    s.TemplateUsed(template="t-sale", used=13),
    s.TemplateVersions(
        id="c24",
        template="t-sale",
        versions=[
            TemplateVersion(edition=40, at=NOON - 9_000, by="maria", code="sale", title="sale", text="Sale!"),
            TemplateVersion(edition=44, at=NOON, by="maria", dropped=True),
        ],
    ),
    s.PageOf(id="c16", chat=7, messages=[asked], more=True),
    s.PageOf(chat=7),
    s.Versions(
        id="c19",
        chat=7,
        n=6,
        versions=[
            s.Version(at=NOON + 15_000, by="maria", name="Maria", text="Добрый день! Заказ в пути.\nБудет завтра."),
            s.Version(version=1, at=NOON + 20_000, by="maria", name="Maria", text="Добрый день! Заказ в пути."),
            s.Version(version=2, at=NOON + 30_000, by="maria", name="Maria", deleted=True),
        ],
    ),
    *search.DOWN,
    *checklists.DOWN,
    s.Done(id="c9", chat=7, n=6, p=2, at=NOON + 15_000),
    s.Done(id="c11"),
    s.Refused(id="c1", code="taken", text="Ivan has taken this chat.", facts={"by": "Ivan", "chat": 7}),
    s.Refused(code="bad_frame", text="Invalid value 'teleport' - at `$.t`"),
    s.Peek(chat=7, text="А когда при"),
    s.Peek(chat=7),
    s.TypingBy(chat=7, login="ivan"),
    s.TypingBy(chat=7, login="ivan", on=False),
    s.Bye(code="stopping", text="The relay is stopping."),
]

VISITOR_UP: Final[list[v.VisitorUp]] = [
    v.VisitorHello(),
    v.VisitorHello(token="djEy.c2lnbmVk", chat=7, have=2, profile=profile),
    v.VisitorHello(identity="e30.e30.c2lnbmVk", chat=7, have=2),
    v.VisitorSay(id="9f0c", text="Здравствуйте!\nГде мой заказ №45?"),
    v.VisitorEdit(id="9f10", chat=7, n=1, text="Где мой заказ №46?"),
    v.VisitorDelete(id="9f11", chat=7, n=1),
    v.VisitorTyping(text="А когда при"),
    v.VisitorTyping(),
    v.VisitorRead(n=2),
    v.VisitorPage(url="https://shop.example/cart", title="Your cart"),
    v.VisitorRate(id="9f0d", score=5, text="Quick!\nThank you"),
    v.VisitorEnd(id="9f0e"),
    v.VisitorForm(id="9f0f", name="Анна", email="anna@example.com", phone="+7 900", text="Where is my order?"),
]

VISITOR_DOWN: Final[list[v.VisitorDown]] = [
    v.VisitorWelcome(v=1, token="djEy.c2lnbmVk", visitor="v12", now=NOON, change_ms=300_000),
    v.VisitorSync(chat=v.VisitorChat()),
    v.VisitorSync(
        chat=chat_held,
        messages=[
            v.VisitorMessage(chat=7, n=1, at=NOON, by="visitor", text="Здравствуйте!\nГде мой заказ №45?", cid="9f0c")
        ],
    ),
    v.VisitorChat(chat=7, rev=39, state="waiting", position=3),
    chat_held,
    v.VisitorChat(chat=7, rev=60, state="closed", operator="Maria", read=1, last=4, rating=5),
    v.VisitorMessage(chat=7, n=1, at=NOON, by="visitor", text="Где мой заказ №45?", cid="9f0c"),
    v.VisitorMessage(chat=7, n=2, at=NOON + 15_000, by="operator", name="Maria", text="Добрый день! Заказ в пути."),
    v.VisitorMessage(
        chat=7, n=3, at=NOON + 20_000, by="visitor", text="Где мой заказ №46?", cid="9f10", version=1, of=1
    ),
    v.VisitorMessage(chat=7, n=1, at=NOON, by="visitor", version=2, deleted=True),
    v.OperatorTyping(),
    v.OperatorTyping(on=False),
    s.Done(id="9f0c", chat=7, n=1, at=NOON),
    s.Refused(id="9f0d", code="no_chat", text="There is no chat to rate.", facts={"chat": 7}),
    s.Bye(code="stopping", text="The relay is stopping."),
]

SAMPLES: Final[dict[str, list[Struct]]] = {
    "staff-up": [*STAFF_UP, *files.STAFF_UP],
    "staff-down": [*STAFF_DOWN, *files.STAFF_DOWN],
    "visitor-up": [*VISITOR_UP, *files.VISITOR_UP],
    "visitor-down": [*VISITOR_DOWN, *files.VISITOR_DOWN],
}


def lines_of(side: str) -> list[str]:
    """The golden lines of one side, as they stand in its file."""
    return (FOLDER / f"{side}.jsonl").read_text("utf-8").splitlines()


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    for side, frames in SAMPLES.items():
        (FOLDER / f"{side}.jsonl").write_bytes(b"".join(encode(frame) + b"\n" for frame in frames))


if __name__ == "__main__":
    write()
