"""A process that has imported our programs already and forks one whenever a test wants one: `python -m tests.zygote FD`.

On the socket FD comes one order a message: `Order` pickled, and with it the program's standard input, output and error and a
socket, over which the program's pid goes back and at last how it ended. `tests.programs` is the other end. The forked process is
made what `python -m MODULE` would have made of it: its arguments, environment, folder, streams, signals, session and exit code.
Passwords are hashed cheaply in it, as the tests' own accounts are. It ends, and all its programs with it, when the socket closes.
"""

import atexit
import fcntl
import gc
import importlib
import os
import pickle
import resource
import runpy
import select
import signal
import socket
import sys
import termios
import threading
import time
from functools import partial
from io import TextIOWrapper
from typing import Final, NoReturn

from msgspec import Struct

ORDER_BYTES: Final = 1 << 20

RELAY: Final = (
    "alembic.command",
    "server_stub.backup",
    "server_stub.contacts",
    "server_stub.evidence",
    "server_stub.keys",
    "server_stub.relay",
    "server_stub.users",
    "server_stub.journal.tables",
    "uvloop",
)
CONSOLE: Final = (
    "opconsole.cli.main",
    "opconsole.cli.monitor",
    "opconsole.cli.plain",
    "opconsole.cli.scripting",
    "opconsole.cli.tail",
    "opconsole.cli.template",
    "opconsole.cli.workspace",
    "opconsole.ui.app",
)
PROGRAMS: Final = {
    "opconsole": CONSOLE,
    "server_stub": RELAY,
    "tests.e2e.faulty_relay": RELAY,
    "tests.e2e.crashes.team": (
        "opconsole.link.session",
        "opconsole.simulation.operator_client",
        "tests.e2e.crashes.checker",
        "tests.e2e.crashes.diary",
    ),
    "tests.unit.programs.what_i_am": (),
}
"""What can be forked, and what is imported for it before the first."""


class Order(Struct, frozen=True):
    module: str
    arguments: list[str]
    environment: dict[str, str]
    folder: str
    session: bool
    """A session of its own, whose terminal is its standard input, if that is one."""


def main() -> None:
    orders = socket.socket(fileno=int(sys.argv[1]))
    woken, waker = os.pipe()
    for end in (woken, waker):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whatever a test before has made of it
    living: dict[int, socket.socket] = {}
    ready: set[str] = set()
    while True:
        heard: list[int] = select.select([orders.fileno(), woken], [], [])[0]
        if woken in heard:
            os.read(woken, 4096)
            bury(living)
        if orders.fileno() in heard:
            message, streams, _, _ = socket.recv_fds(orders, ORDER_BYTES, 4)
            if not message:
                break
            order: Order = pickle.loads(message)
            prepare(order.module, ready)
            told = socket.socket(fileno=streams.pop())
            pid = os.fork()
            if pid == 0:
                become(order, streams)
            for stream in streams:
                os.close(stream)
            told.send(b"%d" % pid)
            living[pid] = told
    for pid in living:
        os.kill(pid, signal.SIGKILL)


def bury(living: dict[int, socket.socket]) -> None:
    while living:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with living.pop(pid) as told:
            try:
                told.send(b"%d" % os.waitstatus_to_exitcode(status))
            except OSError:
                pass  # nobody wants to know


def prepare(module: str, ready: set[str]) -> None:
    if module in ready:
        return
    ready.add(module)
    gc.disable()
    import opconsole.cli

    entry = opconsole.cli.main
    for name in PROGRAMS[module]:
        importlib.import_module(name)
    vars(opconsole.cli)["main"] = entry  # not the module of the same name, which hides it
    if PROGRAMS[module] is RELAY:
        make_passwords_cheap()
    gc.collect()
    gc.freeze()  # so that the programs' collectors don't touch, and so copy, what they share


def make_passwords_cheap() -> None:
    from argon2 import PasswordHasher

    from server_stub.journal import passwords

    vars(passwords)["PasswordHasher"] = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)


# ---------------------------------------------------------------- in the forked process


def become(order: Order, streams: list[int]) -> NoReturn:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    if order.session:
        os.setsid()
        if os.isatty(0):
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    time.tzset()
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        vars(sys)[name] = vars(sys)[f"__{name}__"] = stream_of(number, vars(sys)[name])
    sys.argv[:] = [order.module, *order.arguments]
    gc.enable()
    code = run(order.module)
    threading._shutdown()  # type: ignore[attr-defined]  # as the interpreter does at its end: threads, then what was registered
    atexit._run_exitfuncs()
    for out in (sys.stdout, sys.stderr):
        try:
            out.flush()
        except OSError:
            code = 120
        except ValueError:
            pass  # it is closed
    os._exit(code & 255)


def stream_of(number: int, like: TextIOWrapper) -> TextIOWrapper:
    """As the interpreter opens its own."""
    unbuffered = bool(os.environ.get("PYTHONUNBUFFERED"))
    raw = open(number, "wb" if number else "rb", 0 if number and unbuffered else -1, closefd=False)  # noqa: SIM115
    by_line = not unbuffered and (number == 2 or raw.isatty())
    return TextIOWrapper(raw, like.encoding, like.errors, "\n", by_line, unbuffered)


def run(module: str) -> int:
    """As `python -m`; the exit code."""
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as left:
        if left.code is None or isinstance(left.code, int):
            return left.code or 0
        sys.stderr.write(f"{left.code}\n")
        return 1
    except KeyboardInterrupt:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
        return 130
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


if __name__ == "__main__":
    main()
