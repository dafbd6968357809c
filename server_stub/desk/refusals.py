"""Every refusal there is: a code for programs, and a sentence that says what happened, why, and what to do.

The words in braces are facts; they go out beside the text, so that a client can put its own sentence in another language.
Times among them are in seconds (`_s`) or minutes (`_min`), sizes in bytes. To add one: a line here.
"""

from collections.abc import Mapping
from typing import Final

from server_stub.desk.outcome import Refusal

TEXTS: Final[Mapping[str, str]] = {
    # who you are
    "monitor_read_only": "A monitor only looks. Do this in the console, in a working session.",
    "unknown_operator": "Nobody of this desk has the login {login}. Ask an administrator.",
    "blocked": "Your account is blocked. Ask an administrator.",
    "offline": "You are offline. Set your status to online, then go on.",
    "not_allowed": "{role}s may not do this. Ask a supervisor.",
    "unknown_command": "The desk does not know this command from you.",
    # which chat
    "no_such_chat": "There is no chat {chat}, or it was closed too long ago.",
    "not_visible": "Chat {chat} is not yours to see: it waits in another department, or a colleague has it.",
    "chat_closed": "Chat {chat} is closed. Reopen it first.",
    "not_closed": "Chat {chat} is not closed, so it need not be reopened.",
    "chat_waits": "Chat {chat} waits in the inbox. Take it first.",
    "snoozed": "Chat {chat} is snoozed. Take it back first.",
    "not_yours": "{name} has chat {chat}, not you. Ask them, or a supervisor.",
    # taking and giving
    "taken": "{name} took this chat {ago_s} s ago. Take another.",
    "inbox_empty": "Nobody is waiting.",
    "limit": "You hold {held} chats, and your limit is {limit}. Close, return or snooze one first.",
    "colleague_limit": "{name} holds {held} chats, and the limit is {limit}. Choose another colleague.",
    "colleague_unknown": "Nobody of this desk has the login {login}.",
    "colleague_absent": "{name} is not online ({status}). Choose another colleague.",
    "already_theirs": "{name} has this chat already.",
    "owes_reply": "The visitor waits for a reply since {ago_s} s. Answer first, then snooze.",
    "snooze_time": "A chat can be snoozed until a time ahead, at most {most_days} days.",
    "visitor_busy": "The visitor has an open chat already: {chat}.",
    # words
    "empty_text": "There is no text in it.",
    "text_too_long": "The text has {bytes} bytes; at most {limit} are sent at once. Cut it in two.",
    # files
    "files_off": "This desk takes no files here.",
    "file_too_big": "The file has {size} bytes; at most {limit} are taken. Send a smaller one, or a link to it.",
    "files_too_many": "Too many files at once. Send these first, then the next ones.",
    "files_full": "The desk has no room for more files. Tell a supervisor, or send a link to it.",
    "file_unknown": "The relay does not have this file (any more). Upload it again, then send.",
    "file_used": "This file stands in another message already. Upload it again to send it once more.",
    "file_gone": "There is no such file, or it was deleted.",
    # words that are changed
    "no_such_message": "There is no message {n} in chat {chat} that could be changed.",
    "not_author": "Only who wrote a message can change it.",
    "changes_off": "Messages can't be changed on this desk.",
    "change_late": "A message can be changed for {limit_s} s after it was sent, and that time is over.",
    "changes_most": "This message was changed {limit} times already, the most there may be.",
    "deleted": "This message has been deleted.",
    # questions
    "search_busy": "Too many searches are under way. Ask again in a moment.",
    # templates
    "no_such_template": "There is no such template, or it is a colleague's own.",
    "template_scope": "This template belongs to {scope}. Save it under a new id.",
    "template_code": "The code /{code} is already that of the template {title!r}. Choose another.",
    "template_dates": "A template can't end before it begins. Set another date.",
    "template_hours": "These are no hours of a week. Write them as mon-fri 9:00-18:00, sat 10-14.",
    "conflict": "{name} saved this template {ago_s} s ago, after you had opened it. Look at both, then save again.",
    "department_unknown": "Nobody works in the department {department}. Choose another.",
    "template_count": "There are {count} templates already, the most there may be. Delete some first.",
    # checklists
    "no_such_step": "The checklist of the department {department} has no step {step}.",
    "checklist_steps": "This checklist can't be: {reason}.",
    "checklist_conflict": "{name} wrote this checklist anew {ago_s} s ago, after you had opened it. Look at theirs, then save again.",
    # to visitors
    "inbox_full": "All operators are busy, and {waiting} people are waiting. Leave a message, and we will answer.",
    "forms_full": "We can't take more messages just now. Please try again later.",
    "contact_needed": "Leave an e-mail address or a phone number, so that we can answer.",
    "no_chat": "You have no chat yet.",
    "not_rateable": "This chat can't be rated: it has not been answered, or ended too long ago.",
    # erasing
    "erase_open": "Chat {chat} is open. Close it first, then erase.",
    "erase_recent": "Chat {chat} ended a short time ago, and its visitor may go on with it. Erase the contact, or wait.",
    # settings
    "bad_settings": "These settings can't be: {reason}.",
    "bad_operator": "This person can't be set up so: {reason}.",
}


def refuse(code: str, /, **facts: str | int) -> Refusal:
    """The refusal of this code. Raises KeyError if a fact of its sentence is missing: a mistake of the caller's."""
    return Refusal(code, TEXTS[code].format(**facts), facts)
