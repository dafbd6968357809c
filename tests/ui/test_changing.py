"""Stored words that are edited or deleted: by keys, as they look, and what they were before."""

import pytest
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion

from opconsole.locale import LANGUAGES
from opconsole.wire.cards import Role
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import DeleteMessage, Done, EditMessage, History, Refused, Say, Sync, Version, Versions
from opconsole.wire.staff import Settings as DeskSettings
from tests.ui import scene
from tests.ui.conftest import Bench, Open
from tests.ui.fake_relay import NOW

MINE = 9
"""Entry of the scene's newest words of Olga's, ten minutes old."""
WORDS = "Да, картой можно. Подставка в комплекте."


def change(n: int, of: int, text: str = "", version: int = 1, *, by: str = "olga", cid: str = "") -> Message:
    deleted = by if not text else ""
    name = {"olga": "Olga", "anna": "Anna", "visitor": ""}[by]
    return Message(
        chat=11, n=n, p=n - 2, at=NOW, kind=Kind.change, by=by, name=name, text=text, cid=cid,
        version=version, deleted_by=deleted, deleted_name=name if deleted else "", of=of, of_p=of,
    )  # fmt: skip


def line_of(bench: Bench, words: str) -> str:
    return next((line for line in bench.lines if words in line), "")


# ---------------------------------------------------------------- editing


async def test_up_in_an_empty_composer_edits_my_last_message(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("up")
        assert bench.composed == WORDS
        assert "Edit the message" in bench.screen
        await bench.type(" Да!")
        await bench.press("enter")
        (edit,) = bench.relay.sent(EditMessage)
        assert (edit.chat, edit.n, edit.text) == (11, MINE, WORDS + " Да!")
        assert bench.composed == ""
        assert "(edited)" in line_of(bench, "Да!")
        assert "…" in line_of(bench, "Да!"), "on its way"
        bench.relay.say(change(12, MINE, edit.text, cid=edit.id), Done(id=edit.id, chat=11, n=12, p=9, at=NOW))
        await bench.until(lambda: not len(bench.app.store.outbox), "it is stored")
        assert "✓" in line_of(bench, "Да!")
        assert bench.relay.sent(Say) == []


async def test_an_edit_that_is_given_up_or_changes_nothing_sends_nothing_and_leaves_the_draft(
    open_console: Open,
) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("up", "x", "escape", "up", "enter")
        assert bench.composed == ""
        await bench.type("a draft")
        await bench.press("up")
        assert bench.composed == "a draft", "up is the cursor's, where there is text"
        bench.app.workspace.action_run("edit_last")
        await bench.pilot.pause()
        assert bench.composed == WORDS
        await bench.press("escape")
        assert bench.composed == "a draft"
        assert bench.relay.sent(EditMessage) == []


async def test_an_edit_that_is_too_long_stays_in_the_composer(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("up")
        bench.app.workspace.composer.insert_text("ы" * 5000)
        await bench.press("enter")
        assert bench.toasts == ["Too long: at most 8192 bytes."]
        assert bench.composed.startswith(WORDS)
        assert bench.relay.sent(EditMessage) == []


async def test_an_edit_without_a_link_is_shown_as_waiting_and_goes_out_once(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.relay.go_down()
        await bench.until(lambda: not bench.app.store.link.is_live, "the link is gone")
        await bench.press("up")
        await bench.type("!")
        await bench.press("enter")
        assert "◌" in line_of(bench, "комплекте.!")
        assert bench.relay.sent(EditMessage) == []
        bench.relay.come_back()
        await bench.press("f12")
        await bench.until(lambda: bench.relay.sent(EditMessage), "the edit")
        assert [edit.text for edit in bench.relay.sent(EditMessage)] == [WORDS + "!"]


async def test_what_is_refused_looks_as_before_and_the_reason_is_told(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        await bench.press("up")
        await bench.type("!")
        await bench.press("enter")
        (edit,) = bench.relay.sent(EditMessage)
        bench.relay.say(Refused(id=edit.id, code="change_late", text="Late.", facts={"limit_s": 300}))
        await bench.until(lambda: bench.toasts, "the reason")
        assert bench.toasts == ["A message can be changed for 5 min, and that time is over."]
        assert "(edited)" not in bench.screen


async def test_words_that_are_too_old_are_not_edited(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.clock.move(6 * 60)
        await bench.press("up")
        assert bench.composed == ""
        assert bench.toasts == ["A message can be changed for 15 min, and that time is over."]


async def test_a_desk_without_changes_says_so(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.store.me = replace(bench.app.store.me, settings=DeskSettings(change_ms=0))
        await bench.press("up")
        assert bench.toasts == ["Messages can't be changed on this desk."]


async def test_a_marked_message_is_the_one_that_is_edited(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.clock.move(-5 * 60)  # the older ones are in time, too
        bench.app.workspace.transcript.focus()
        await bench.press("up", "up", "up", "up", "e")
        assert bench.composed == "Проверить комплект у склада"
        assert "Edit the note" in bench.screen
        await bench.press("escape", "tab")
        bench.app.workspace.transcript.focus()
        await bench.press("up", "e")
        assert bench.toasts == ["Only who wrote a message can change it."]


# ---------------------------------------------------------------- deleting


async def test_a_message_is_deleted_after_a_question(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.workspace.action_run("delete_last")
        await bench.until(lambda: "Delete “Да, картой можно." in bench.screen, "the question")
        await bench.press("escape")
        assert bench.relay.sent(DeleteMessage) == []
        bench.app.workspace.action_run("delete_last")
        await bench.until(lambda: "Delete “" in bench.screen, "the question")
        await bench.press("enter")
        (delete,) = bench.relay.sent(DeleteMessage)
        assert (delete.chat, delete.n) == (11, MINE)
        await bench.until(lambda: "You deleted this message." in bench.screen, "it looks deleted at once")
        assert "картой можно" not in bench.screen


async def test_a_supervisor_deletes_anybodys_marked_message(open_console: Open) -> None:
    async with open_console(shown=11, role=Role.supervisor) as bench:
        bench.app.workspace.transcript.focus()
        await bench.press("up", "x", "enter")
        (delete,) = bench.relay.sent(DeleteMessage)
        assert delete.n == 11


async def test_an_operator_deletes_nobody_elses(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.workspace.transcript.focus()
        await bench.press("up", "x")
        assert bench.toasts == ["Only who wrote a message can change it."]
        assert bench.relay.sent(DeleteMessage) == []


# ---------------------------------------------------------------- looks


@pytest.mark.parametrize("lang", list(LANGUAGES))
async def test_changed_words(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(size=(100, 30), shown=11, lang=lang) as bench:
        bench.relay.say(
            change(
                12, MINE, "Да, картой можно, и подставка в комплекте есть: только что проверили на складе у коллег."
            ),
            change(13, 5),
            change(14, 10, by="visitor"),
            change(15, 11, by="anna"),
            change(16, 6, "Отлично!", by="visitor"),
        )
        await bench.until(lambda: bench.app.store.transcripts[11].last == 16, "the changes have come")
        assert await bench.still() == picture


async def test_a_change_of_words_in_sight_is_seen_and_nothing_else_moves(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        before = bench.lines
        bench.relay.say(change(12, 11, "А когда?", by="visitor"))
        await bench.until(lambda: "А когда? (edited)" in bench.screen, "the other words")
        assert [line for line in bench.lines if line not in before] == [line_of(bench, "А когда? (edited)")]


async def test_changes_are_no_news_below_the_end(open_console: Open) -> None:
    async with open_console(shown=11, size=(80, 24)) as bench:
        await bench.press("pageup")
        assert "↓ End" in bench.screen
        bench.relay.say(change(12, 11, "А когда?", by="visitor"))
        await bench.until(lambda: bench.app.store.transcripts[11].last == 12, "the change has come")
        assert "1 new" not in bench.screen


async def test_marks_pass_over_changes_and_copying_leaves_out_what_is_deleted(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.relay.say(change(12, 11, by="visitor"), change(13, 10, "Спасибо!", by="visitor"))
        await bench.until(lambda: bench.app.store.transcripts[11].last == 13, "the changes have come")
        transcript = bench.app.workspace.transcript
        transcript.focus()
        await bench.press("up")
        assert transcript.marked == 11
        await bench.press("down")
        assert transcript.marked == 11
        await bench.press("shift+up", "shift+up")
        assert transcript.selected_text() == f"{WORDS}\nСпасибо!"


async def test_deleted_last_words_are_told_on_the_lists(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.relay.say(replace(bench.app.store.chats[12], rev=999, words=""))
        await bench.until(lambda: "(deleted)" in bench.screen, "the row says so")


# ---------------------------------------------------------------- what it was before

VERSIONS = [
    Version(at=NOW - 300_000, by="visitor", text="Мой пароль: hunter2"),
    Version(version=1, at=NOW - 240_000, by="visitor", text="Мой пароль я скажу потом.\nИзвините! \x1b]52;c;aGk=\x07"),
    Version(version=2, at=NOW - 60_000, by="anna", name="Anna", deleted=True),
]


@pytest.mark.parametrize("lang", list(LANGUAGES))
async def test_a_supervisor_sees_what_a_message_was(open_console: Open, picture: SnapshotAssertion, lang: str) -> None:
    async with open_console(shown=11, role=Role.supervisor, size=(100, 30), lang=lang) as bench:
        bench.app.workspace.transcript.focus()
        await bench.press("up", "h")
        (asked,) = bench.relay.sent(History)
        assert (asked.chat, asked.n) == (11, 11)
        bench.relay.say(Versions(id=asked.id, chat=11, n=11, versions=VERSIONS))
        await bench.until(lambda: "hunter2" in bench.screen, "the history")
        assert "\x1b" not in bench.screen
        assert await bench.still() == picture
        await bench.press("escape")
        assert "hunter2" not in bench.screen


async def test_a_history_longer_than_the_screen_is_scrolled(open_console: Open) -> None:
    versions = [Version(version=n, at=NOW, by="olga", name="Olga", text=f"words {n}") for n in range(40)]
    async with open_console(shown=11, role=Role.supervisor, size=(80, 24)) as bench:
        bench.relay.say(Versions(id="h", chat=11, n=9, versions=versions))
        await bench.until(lambda: "words 0" in bench.screen, "the history")
        assert "words 39" not in bench.screen
        await bench.press("end")
        assert "words 39" in bench.screen
        assert "40 versions" in bench.screen
        await bench.press("home")
        assert "words 0" in bench.screen


async def test_an_operator_is_told_that_histories_are_for_supervisors(open_console: Open) -> None:
    async with open_console(shown=11) as bench:
        bench.app.workspace.transcript.focus()
        await bench.press("up", "h")
        assert bench.toasts == ["Only supervisors see what messages were before."]
        assert bench.relay.sent(History) == []


async def test_without_a_mark_a_history_says_what_to_do(open_console: Open) -> None:
    async with open_console(shown=11, role=Role.supervisor) as bench:
        bench.app.workspace.action_run("history")
        assert bench.toasts == ["Mark a message first: go to the conversation with Tab, mark with the arrows."]


async def test_up_without_a_message_of_mine_says_so(open_console: Open) -> None:
    bare = Sync(head=1, chats=[scene.MINE[1]], operators=scene.OPERATORS)
    async with open_console(bare, shown=12) as bench:
        await bench.press("up")
        assert bench.toasts == ["You have no message here that could be changed."]
