"""One working shift: sign in, hold the session, and sign in again when the relay forgets us. Knows no pane.

Before there is a session the workspace stands already: then what needs one says so.
"""

from collections.abc import Awaitable, Callable
from typing import Literal

from opconsole.link.session import Ready, Session
from opconsole.link.sign_in import Ask, SignIn
from opconsole.locale import tr
from opconsole.settings import state_dir
from opconsole.state.changes import Changes, Slice
from opconsole.state.model import Me
from opconsole.state.store import Store
from opconsole.wire.staff import StaffCommand

AskLogin = Callable[[Ask], Awaitable[Ready | None]]
"""Shows the login screen until the relay gives a token; None: the operator left."""
MakeSession = Callable[[Ready], Session]


class Shift:
    def __init__(
        self,
        sign_in: SignIn,
        store: Store,
        *,
        on_changes: Callable[[Changes], None],
        on_note: Callable[[str], None],
        ask_login: AskLogin,
        on_over: Callable[[], None],
        on_other: Callable[[], None] = lambda: None,
        mode: Literal["work", "monitor"] = "work",
        make_session: MakeSession | None = None,
    ) -> None:
        """`on_other`: another person takes over this console; what the first one has on the screen must go (it is kept for them)."""
        self.sign_in = sign_in
        self.store = store
        self.session: Session | None = None
        self._on_changes = on_changes
        self._on_note = on_note
        self._ask_login = ask_login
        self._on_over = on_over
        self._on_other = on_other
        self._mode: Literal["work", "monitor"] = mode
        self._make_session = make_session or self._session
        self._asking = False

    async def begin(self) -> None:
        """From the token of the last time, or by asking, to a session that connects by itself."""
        step = await self.sign_in.begin()
        ready = await self._ready(step)
        if ready is None:
            self._on_over()
            return
        self.store.me = Me(login=ready.login, name=ready.login)
        self.session = self._make_session(ready)
        await self.session.start()
        if note := self.sign_in.note:
            self._on_note(note)

    def must_ask(self, changes: Changes) -> bool:
        """Whether the link has stopped because the relay wants a login, and nobody is asked yet."""
        session = self.session
        return bool(changes.slices & Slice.LINK) and session is not None and session.needs_login and not self._asking

    async def changed(self, changes: Changes) -> None:
        """Ask for the login again, if that must be."""
        session = self.session
        if session is None or not self.must_ask(changes):
            return
        self._asking = True  # before anything is waited for: the next change of the link must not ask a second time
        try:
            step = await self.sign_in.expired(session.ready)
            ready = await self._ask_login(step)
        finally:
            self._asking = False
        if ready is None:
            self._on_over()
        elif ready.login == session.ready.login and ready.relay == session.ready.relay:
            session.renew(ready.token)
        else:
            self._on_other()
            await session.close()
            self.session = self._make_session(ready)
            await self.session.start()

    async def end(self) -> None:
        if self.session is not None:
            await self.session.close()

    def send(self, make: Callable[[str], StaffCommand], *, hold_ms: int = 0) -> bool:
        """Put a command on its way; `make` gets its id. `hold_ms`: as `Session.send`'s. False: nobody is logged in."""
        if self.session is None:
            self._on_note(tr("Nobody is logged in yet."))
            return False
        self.session.send(make(self.session.new_id()), hold_ms=hold_ms)
        return True

    def show(self, chat: int) -> None:
        """This chat is on the screen; 0: none."""
        if self.session is not None:
            self.session.show(chat)
        else:
            self.store.show(chat)

    def older(self, chat: int) -> None:
        """What was said before is wanted."""
        if self.session is not None:
            self.session.older(chat)

    async def _ready(self, step: Ready | Ask) -> Ready | None:
        return step if isinstance(step, Ready) else await self._ask_login(step)

    def _session(self, ready: Ready) -> Session:
        return Session(
            ready,
            self.store,
            on_changes=self._on_changes,
            on_note=self._on_note,
            state_dir=state_dir(),
            mode=self._mode,
        )
