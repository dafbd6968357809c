"""An index that has followed everything equals one made anew, whatever was edited, deleted and erased meanwhile."""

import random
import sqlite3
from typing import Any

import pytest

from server_stub.search.index import Index
from server_stub.search.source import StoreSource
from tests.unit.search.records import Diary

WORDS = [
    "заказ",
    "доставка",
    "завтра",
    "курьер",
    "деньги",
    "вернуть",
    "kettle",
    "return",
    "free",
    "delivery",
    "чайник",
    "карта",
    "оплата",
    "спасибо",
    "здравствуйте",
]


def contents(db: sqlite3.Connection) -> dict[str, Any]:
    """All that an index holds, without the numbers that answers happen to have."""
    rows = {
        "chat": "SELECT * FROM chat ORDER BY chat",
        "visitor": "SELECT * FROM visitor ORDER BY visitor",
        "entry": "SELECT id, chat, n, at, note, by, name, text, (SELECT key FROM answer WHERE id = answer), asked FROM entry ORDER BY id",
        "answer": "SELECT key, text, said, visitor, shared, stems, asked, who FROM answer ORDER BY key",
        "voice": "SELECT a.key, v.by, v.said, v.last FROM voice v JOIN answer a ON a.id = v.answer ORDER BY 1, 2",
        "words": "SELECT term, doc, offset FROM w ORDER BY term, doc, offset",
        "answers": "SELECT v.term, a.key, v.col, v.offset FROM v JOIN answer a ON a.id = v.doc ORDER BY 1, 2, 3, 4",
    }
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.w USING fts5vocab(main, words, instance)")
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.v USING fts5vocab(main, answers, instance)")
    found = {name: db.execute(query).fetchall() for name, query in rows.items()}
    found["counts"] = db.execute("SELECT count(*) FROM v").fetchall()
    return found


async def anew(diary: Diary) -> dict[str, Any]:
    index = Index(None, lambda: StoreSource(diary.store), rest=False)
    await index.caught_up()
    assert index._write_db is not None
    found = contents(index._write_db)
    await index.close()
    return found


async def followed(diary: Diary) -> dict[str, Any]:
    await diary.index.caught_up()
    assert diary.index._write_db is not None
    return contents(diary.index._write_db)


async def test_an_edit_is_found_by_its_new_words_only(diary: Diary) -> None:
    await diary.opens(1, "v1")
    n = await diary.asks(1, "Где мой чайник?")
    await diary.index.caught_up()
    await diary.edits(1, n, "Где мой утюг?", by="v:v1")
    assert await diary.texts("чайник") == []
    assert await diary.texts("утюги") == ["Где мой утюг?"]
    await diary.deletes(1, n)
    assert await diary.texts("утюг") == []
    assert await followed(diary) == await anew(diary)


async def test_what_is_said_and_changed_in_one_batch_is_as_it_was_changed(diary: Diary) -> None:
    await diary.opens(1, "v1")
    n = await diary.says(1, "Привезём завтра утром, ждите")
    await diary.edits(1, n, "Привезём послезавтра утром, ждите")
    gone = await diary.says(1, "Это мы сейчас же удалим")
    await diary.deletes(1, gone)
    assert await diary.texts("завтра ") == []
    assert await diary.texts("удалим ") == []
    assert await diary.texts("послезавтра ") == ["Привезём послезавтра утром, ждите"]
    assert await followed(diary) == await anew(diary)


async def test_what_is_erased_is_not_found_and_of_a_chat_alone_its_notes_stay(diary: Diary) -> None:
    await diary.answered(1, "v1", "мой пароль кенгуру", "ваш пароль кенгуру, да", name="Кенгуру")
    await diary.notes(1, "любит кенгуру")
    await diary.answered(2, "v2", "тоже кенгуру", "тоже кенгуру ответ")
    await diary.erases(1)
    assert await diary.texts("кенгуру") == ["тоже кенгуру ответ", "тоже кенгуру", "любит кенгуру"]
    await diary.erases(1, visitor="v1")
    assert await diary.texts("кенгуру") == ["тоже кенгуру ответ", "тоже кенгуру"]
    assert await followed(diary) == await anew(diary)


@pytest.mark.parametrize("seed", range(4))
async def test_after_a_random_life_the_index_equals_one_made_anew(diary: Diary, seed: int) -> None:
    dice = random.Random(seed)

    def words() -> str:
        return " ".join(dice.choices(WORDS, k=dice.randint(1, 4)))

    entries: list[tuple[int, int, str]] = []
    chats: dict[int, str] = {}
    versions: dict[tuple[int, int], int] = {}
    for _ in range(260):
        do = dice.random()
        if do < 0.12 or not chats:
            chat = len(diary.last) + 1
            chats[chat] = f"v{dice.randint(1, 4)}"
            await diary.opens(chat, chats[chat], name=dice.choice(["", "Иван", "Anna"]))
            await diary.takes(chat, dice.choice(["olga", "anna"]))
        if not chats:
            continue
        chat = dice.choice(list(chats))
        if do < 0.4:
            entries.append((chat, await diary.asks(chat, words()), f"v:{chats[chat]}"))
        elif do < 0.75:
            by = dice.choice(["olga", "anna"])
            entries.append((chat, await diary.says(chat, words(), by), f"o:{by}"))
        elif do < 0.8:
            await diary.notes(chat, words())
        elif do < 0.88 and entries:
            chat, n, by = dice.choice(entries)
            versions[chat, n] = versions.get((chat, n), 0) + 1
            await diary.edits(chat, n, words(), by, versions[chat, n])
        elif do < 0.93 and entries:
            chat, n, by = entries.pop(dice.randrange(len(entries)))
            await diary.deletes(chat, n, by)
        elif do < 0.95:
            await diary.rates(chat, dice.randint(1, 5))
        elif do < 0.97:
            whole = dice.random() < 0.5
            gone = [each for each, visitor in chats.items() if visitor == chats[chat]] if whole else [chat]
            await diary.erases(*gone, visitor=chats[chat] if whole else "")
            entries = [entry for entry in entries if entry[0] not in gone]
            for each in gone:
                del chats[each]
        if dice.random() < 0.3:
            await diary.index.caught_up()
    assert await followed(diary) == await anew(diary)
    assert (await diary.find("заказ")).hits
