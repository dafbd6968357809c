"""One's own logins: a list of them, and the end of one (a console left running elsewhere, a lost laptop)."""

from opconsole.link.login import LoginFailed, OwnSession, end_session, own_sessions
from opconsole.link.session import Ready
from opconsole.locale import date_time, tr
from opconsole.ui.controller import Controller, Handlers, Start
from opconsole.ui.screens.workspace import Workspace
from opconsole.ui.shift import Shift


class Logins(Controller):
    def __init__(self, workspace: Workspace, shift: Shift, start: Start) -> None:
        self._workspace = workspace
        self._shift = shift
        self._start = start

    def handlers(self) -> Handlers:
        return {"sessions": self.show}

    def show(self) -> None:
        session = self._shift.session
        if session is None:
            self._workspace.say(tr("Nobody is logged in yet."))
            return
        self._start(self._list(session.ready))

    async def _list(self, ready: Ready) -> None:
        found = await own_sessions(ready.relay, ready.token)
        if isinstance(found, LoginFailed):
            self._workspace.say(found.text, "warning")
            return
        from opconsole.ui.screens.picker import Option, Picker, fuzzy

        options = [Option(each, self._words(each), right=_state(each)) for each in found]
        picker: Picker[OwnSession] = Picker(
            self._workspace.view,
            tr("My logins"),
            lambda query: fuzzy(options, query),
            hint=tr("Enter ends one · Esc closes"),
        )
        self._workspace.pick(picker, lambda picked: self._question(ready, picked.value))

    def _question(self, ready: Ready, which: OwnSession) -> None:
        question = (
            tr("End the login of this console? You will be asked for the password.")
            if which.current
            else tr("End this login? {what}", what=self._words(which))
        )
        self._workspace.ask(question, tr("end it"), lambda: self._start(self._end(ready, which)))

    async def _end(self, ready: Ready, which: OwnSession) -> None:
        failed = await end_session(ready.relay, ready.token, which.id)
        if failed is not None:
            self._workspace.say(failed.text, "warning")
        elif not which.current:  # of this one the login screen tells
            self._workspace.say(tr("That login has ended."))

    def _words(self, which: OwnSession) -> str:
        now = self._workspace.view.now()
        since, seen = date_time(which.created_at, now), date_time(which.seen_at, now)
        program = which.agent.split(" ")[0] or "?"
        return tr("{program}, since {since}, last seen {seen}", program=program, since=since, seen=seen)


def _state(which: OwnSession) -> str:
    if which.current:
        return tr("this console")
    return tr("connected") if which.live else ""
