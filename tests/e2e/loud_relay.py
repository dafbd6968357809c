"""A relay that says all it can, for the test of secrets: `python -m tests.e2e.loud_relay relay --data …`, as `server_stub`.

Every logger at its most verbose, asyncio's own debugging with every callback called slow (so that each is printed with its
arguments; uvloop would not), warnings shown, and handlers that fail with the values that they were given in the exception's
text when somebody is called `fault`. With LEAK=1 it also logs a password, so that the test can be seen to fail.
"""

import asyncio
import logging
import os
import sys
from typing import Any

sys.modules["uvloop"] = None  # type: ignore[assignment]
os.environ["OPCONSOLE_LOG"] = "debug"

from opconsole.wire.visitor import VisitorHello  # noqa: E402
from server_stub.__main__ import main  # noqa: E402  the environment comes first
from server_stub.edge.front import Front  # noqa: E402
from server_stub.edge.login_throttle import Caller, LoginThrottle  # noqa: E402
from server_stub.journal.sessions import Sessions  # noqa: E402

log = logging.getLogger("loud")

real_wait_s, real_bucket, real_sign_in = LoginThrottle.wait_s, Front.bucket, Sessions.sign_in


def variables(names: tuple[str, ...]) -> dict[str, Any]:
    """These of the variables of whoever called, and of those who called them."""
    frame = sys._getframe(2)
    while frame.f_back is not None and not set(names) & set(frame.f_locals):
        frame = frame.f_back
    return {name: value for name, value in frame.f_locals.items() if name in names}


def wait_s(self: LoginThrottle, caller: Caller, now_s: float, *, code: bool = False) -> float:
    held = variables(("form",))
    log.debug("a login: %r", held)
    if os.environ.get("LEAK"):
        log.debug("leaked: %s", held["form"].password)
    if caller.name == "fault":
        raise RuntimeError(f"the door fails with {held!r}")
    return real_wait_s(self, caller, now_s, code=code)


def bucket(self: Front, rate: tuple[float, float]) -> Any:
    held = variables(("hello", "session", "user"))
    log.debug("a session: %r", held)
    hello = held["hello"]
    if 404 in ([hello.chat] if isinstance(hello, VisitorHello) else hello.have):
        raise RuntimeError(f"the session fails with {held!r}")
    return real_bucket(self, rate)


def sign_in(self: Sessions, login: str, password: str, **more: Any) -> Any:
    found = real_sign_in(self, login, password, **more)
    log.debug("signed in: %r", found)
    return found


class LoudLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self.set_debug(True)
        self.slow_callback_duration = 0.0


class LoudPolicy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return LoudLoop()


if __name__ == "__main__":
    LoginThrottle.wait_s = wait_s  # type: ignore[method-assign]
    Front.bucket = bucket  # type: ignore[method-assign]
    Sessions.sign_in = sign_in  # type: ignore[method-assign]
    asyncio.set_event_loop_policy(LoudPolicy())
    sys.exit(main())
