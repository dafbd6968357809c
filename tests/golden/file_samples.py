"""The samples of files, for `samples.py`: brought, named by a message, shown to both sides, fetched."""

from typing import Final

from opconsole.wire import files as f
from opconsole.wire import staff as s
from opconsole.wire import visitor as v
from opconsole.wire.messages import Kind, Message

NOON: Final = 1_767_268_800_000
PHOTO: Final = "6f1c0f3a9b5e4d7c8a2b1e0d9c8b7a65"
INVOICE: Final = "0a4be77d3c5f48c18f1d6b2e9c7a5530"
photo = f.File(id=PHOTO, name="Лампа.jpg", size=214_016, type="image/jpeg", width=1280, height=960)
invoice = f.File(id=INVOICE, name="invoice.pdf", size=48_213, type="application/pdf")
rules = f.FileRules(bytes=10 * 1024 * 1024, types=["image/png", "image/jpeg", "application/pdf"])

STAFF_UP: Final[list[s.StaffUp]] = [
    f.Upload(id="c30", name="invoice.pdf", size=48_213, chat=7),
    s.Say(id="c31", chat=7, text="Ваш счёт", file=INVOICE),
    s.AddNote(id="c32", chat=7, text="", file=INVOICE),
    f.FetchFile(id="c33", file=PHOTO),
]
STAFF_DOWN: Final[list[s.StaffDown]] = [
    f.Ticket(id="c30", path="/v1/files/4vJ1sVwK3yqXz0Jm8b2nQ7aT9cLrEd5f", until=NOON + 600_000),
    s.Refused(
        id="c30",
        code="file_too_big",
        text="The file has 48213 bytes; at most 1024 are taken. Send a smaller one, or a link to it.",
        facts={"size": 48_213, "limit": 1024},
    ),
    Message(chat=7, n=9, p=6, at=NOON, by="visitor", cid="9f0d", file=photo),
    Message(chat=7, n=10, at=NOON, kind=Kind.note, by="maria", name="Maria", text="Счёт", cid="c32", file=invoice),
]
VISITOR_UP: Final[list[v.VisitorUp]] = [
    f.Upload(id="9f0e", name="IMG_0042.jpg", size=214_016, chat=7),
    v.VisitorSay(id="9f0d", text="", file=PHOTO),
    f.FetchFile(id="9f0f", file=INVOICE),
]
VISITOR_DOWN: Final[list[v.VisitorDown]] = [
    v.VisitorWelcome(v=1, token="djEy.c2lnbmVk", visitor="v12", now=NOON, change_ms=300_000, files=rules),
    f.Ticket(id="9f0f", path="/v1/files/Lr8wQp2uYx7mKd1sVb5nTz9cJg3hFa6e", until=NOON + 600_000),
    v.VisitorMessage(chat=7, n=6, at=NOON, by="visitor", cid="9f0d", file=photo),
    v.VisitorMessage(chat=7, n=7, at=NOON, by="operator", name="Maria", text="Ваш счёт", file=invoice),
]
