"""The relay's refusals in the operator's language. The relay sends a code, an English sentence and facts (`wire.staff.Refused`);
a code that stands here is said in our own words, any other in the relay's."""

from collections.abc import Mapping
from typing import Final

from opconsole.locale.catalog import mark, tr
from opconsole.locale.times import span

SENTENCES: Final[Mapping[str, str]] = {
    "monitor_read_only": mark("A monitor only looks. Do this in the console, in a working session."),
    "unknown_operator": mark("Nobody of this desk has the login {login}. Ask an admin."),
    "blocked": mark("This login is blocked. Ask an admin."),
    "offline": mark("You are offline. Set your status to online first."),
    "not_allowed": mark("Your role ({role}) may not do this. Ask a supervisor."),
    "no_such_chat": mark("There is no chat {chat}, or it was closed too long ago."),
    "not_visible": mark("Chat {chat} is not yours to see."),
    "chat_closed": mark("Chat {chat} is closed. Reopen it first."),
    "not_closed": mark("Chat {chat} is open already."),
    "chat_waits": mark("Chat {chat} waits in the inbox. Take it first."),
    "snoozed": mark("Chat {chat} is snoozed. Take it back first."),
    "not_yours": mark("{name} has chat {chat}, not you."),
    "taken": mark("{name} took this chat {ago} ago. Take another."),
    "inbox_empty": mark("Nobody is waiting."),
    "limit": mark("Your limit is full: {held} of {limit}. Close, return or snooze a chat first."),
    "colleague_limit": mark("{name} has no room: {held} of {limit}. Choose another colleague."),
    "colleague_unknown": mark("Nobody of this desk has the login {login}."),
    "colleague_absent": mark("{name} is not online ({status}). Choose another colleague."),
    "already_theirs": mark("{name} has this chat already."),
    "owes_reply": mark("The visitor has waited for a reply for {ago}. Answer first, then snooze."),
    "snooze_time": mark("Snooze until a time ahead, at most {most_days} days."),
    "visitor_busy": mark("The visitor has an open chat already: {chat}."),
    "empty_text": mark("There is no text in it."),
    "text_too_long": mark("The text is too long: {bytes} bytes of at most {limit}. Cut it in two."),
    "no_such_message": mark("There is no message that could be changed."),
    "not_author": mark("Only who wrote a message can change it."),
    "changes_off": mark("Messages can't be changed on this desk."),
    "change_late": mark("A message can be changed for {time}, and that time is over."),
    "changes_most": mark("This message was changed {limit} times already, the most there may be."),
    "deleted": mark("This message has been deleted."),
    "search_busy": mark("Too many searches are under way. Try again in a moment."),
    "files_off": mark("This desk takes no files."),
    "file_too_big": mark("The file is larger than this desk takes."),
    "files_too_many": mark("Too many files at once. Send these first, then the next ones."),
    "files_full": mark("The desk has no room for more files."),
    "file_unknown": mark("The relay does not have this file any more. Upload it again, then send."),
    "file_used": mark("This file stands in another message already. Upload it again to send it once more."),
    "file_gone": mark("This file is gone: it was deleted, or it is not yours to see."),
    "no_such_template": mark("There is no such template, or it is a colleague's own."),
    "template_code": mark("The code /{code} is already that of “{title}”. Choose another."),
    "template_scope": mark("This template belongs to others too: it can't become yours alone. Copy it."),
    "template_dates": mark("A template can't end before it begins."),
    "template_hours": mark("Days and hours are written as mon-fri 9:00-18:00, sat 10-14; nothing: always."),
    "conflict": mark("{name} saved this template {ago} ago, after you had opened it."),
    "department_unknown": mark("Nobody works in the department {department}."),
    "no_such_step": mark("The checklist has no such step any more."),
    "checklist_conflict": mark("{name} wrote this checklist anew {ago} ago, after you had opened it."),
    "checklist_steps": mark("This checklist can't be: a step has no words, or two are the same."),
    "template_count": mark("There are {count} templates already, the most there may be. Delete some first."),
    "internal": mark("The relay could not do this: an error of its own, which is in its log."),
    "outbox_full": mark("{limit} commands wait for the relay. Nothing more can be sent until it answers."),
    "upload_broken": mark("The connection broke off again and again while the file was sent."),
    "upload_ended": mark("The console ended before the file was sent."),
    "invalid": mark("This can't be sent: {fallback}"),
    "bad_frame": mark("The relay did not understand this console: {fallback}"),
}

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "role": {
        "operator": mark("operator"),
        "supervisor": mark("supervisor"),
        "admin": mark("admin"),
    },
    "status": {
        "online": mark("online"),
        "busy": mark("busy"),
        "away": mark("away"),
        "offline": mark("offline"),
    },
}
"""Facts that are words of ours, not names."""


def refusal_text(code: str, facts: Mapping[str, str | int], fallback: str) -> str:
    """One sentence. `fallback` is the relay's own."""
    msgid = SENTENCES.get(code)
    if msgid is None:
        return fallback
    said: dict[str, object] = {"fallback": fallback, **facts}
    for name, words in _WORDS.items():
        if (word := words.get(str(facts.get(name, "")).lower())) is not None:
            said[name] = tr(word)
    if isinstance(ago_s := facts.get("ago_s"), int):
        said["ago"] = span(ago_s * 1000)
    if isinstance(limit_s := facts.get("limit_s"), int):
        said["time"] = span(limit_s * 1000)
    try:
        return tr(msgid, **said)
    except (KeyError, IndexError, ValueError):
        return fallback  # another relay, which sends other facts
