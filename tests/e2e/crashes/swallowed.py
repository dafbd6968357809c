"""A program for a network namespace of its own: a relay and a console on its loopback, which then drops every packet for a while.

    unshare --net python -m tests.e2e.crashes.swallowed FOLDER

Nobody is told: no reset, no refusal, only silence, as behind a dead radio link. Prints what it sees; the last line is `caught up`.
"""

import asyncio
import subprocess
import sys
from pathlib import Path

from opconsole.state.model import Phase
from opconsole.wire.staff import Done
from opconsole.wire.visitor import VisitorSay
from tests.e2e.crashes.operator import Operator
from tests.e2e.relay_process import relay_process

DROP = ("qdisc", "add", "dev", "lo", "root", "tbf", "rate", "1kbit", "burst", "1", "limit", "1")
"""A bucket into which no packet fits: all are dropped."""
PASS = ("qdisc", "del", "dev", "lo", "root")


async def main(folder: Path) -> None:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with relay_process(folder / "data") as relay:
        relay.add("anna")
        relay.start()
        token, page = relay.log_in("anna"), await relay.visitor()
        await page.send(VisitorSay(id="v1", text="hello?"))
        await page.until(Done)
        anna = Operator(relay.url(""), token, folder / "state")
        await anna.live()
        chat = await anna.take()
        subprocess.run(["tc", *DROP], check=True)
        texts = [f"said {number}" for number in range(5)]
        for text in texts:
            anna.say(chat, text)
        await anna.until(lambda: Phase.offline in anna.phases, "the console to notice")
        print("noticed")
        subprocess.run(["tc", *PASS], check=True)
        await anna.caught_up()
        assert anna.texts(chat) == ["hello?", *texts], anna.texts(chat)
        await anna.equals_a_fresh_sync(relay.url(""), token)
        await anna.session.close()
        await relay.close_peers()
        code = relay.stop()
        assert code == (0, ""), code
    print("caught up")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
