"""A console in a terminal, whose relay, files and environment are all dirty."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import tomli_w
from msgspec.structs import replace

from opconsole.link.outbox_file import folder_of
from opconsole.link.tokens import Tokens
from opconsole.state.model import Draft
from opconsole.state.outbox import Failure, Item
from opconsole.wire.cards import Role, Status
from opconsole.wire.codec import encode
from opconsole.wire.messages import Kind, Message
from opconsole.wire.staff import Done, Refused, Say, StaffUp, Sync, Welcome
from tests.e2e.dirt import Dirt
from tests.e2e.pty_terminal import PtyTerminal
from tests.e2e.relay_process import ROOT
from tests.ui import scene
from tests.ui.fake_relay import NOW
from tests.ui.wire_server import WireServer

NOTIFIERS = {
    "osc9": {"TERM_PROGRAM": "WezTerm"},
    "osc777": {"KONSOLE_VERSION": "240000"},
    "osc99": {"KITTY_WINDOW_ID": "1"},
}
"""What a terminal tells of itself, by the notifications that it understands."""
_TOLD_BY_TERMINALS = (
    "TERM_PROGRAM", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "VTE_VERSION", "WT_SESSION", "TMUX", "STY",
)  # fmt: skip


class HostileRelay(WireServer):
    """Sends what it was told to as it is: no relay of ours would."""

    def __init__(self, dirt: Dirt, role: Role = Role.operator) -> None:
        sync = dirt.soil(_desk_in_full(), "sync")
        kept = [replace(each, deleted_by="", deleted_name="") for each in sync.messages[:-1]]
        # In the management one fact of a template stands before the other, and the first is too long here: so each is first once.
        by_channel, by_department, *others = sync.templates
        templates = [
            replace(by_channel, group="", lang=""),
            replace(by_department, group="", lang="", channel=""),
            *others,
        ]
        super().__init__(replace(sync, messages=[*kept, sync.messages[-1]], templates=templates), lambda: NOW, role)
        self._dirt = dirt

    def welcome(self) -> Welcome:
        return replace(super().welcome(), desk=self._dirt.at("welcome.desk"), name=self._dirt.at("welcome.name"))

    def answer(self, frame: StaffUp) -> list[bytes]:
        if isinstance(frame, Say) and frame.text.startswith("refuse"):
            facts: dict[str, str | int] = {"name": self._dirt.at("refused.facts"), self._dirt.at("refused.key"): 1}
            code = "not_yours" if frame.text.endswith("1") else "odd"
            facts["chat"] = self._dirt.at("refused.chat")
            return [encode(Refused(id=frame.id, code=code, text=self._dirt.at("refused.text"), facts=facts))]
        command_id = getattr(frame, "id", "")
        return [encode(Done(id=command_id, chat=11))] if command_id else []


def _desk_in_full() -> Sync:
    """The scene, with colleagues who are away for a reason, a rated chat, and visitors of whom all is known."""
    sync = scene.sync()
    note = Message(chat=11, n=12, at=NOW, kind=Kind.note, by="ivan", name="Ivan", text="x", to="x")
    chats = [replace(card, last=12, rating=5, comment="x") if card.chat == 11 else card for card in sync.chats]
    operators = [
        replace(card, reason="x", status=Status.away if card.login != "olga" else card.status, connected=True)
        for card in sync.operators
    ]
    first = sync.visitors[0]
    bare = replace(first, profile=replace(first.profile, referrer="", landing="", query="", utm={}), notes=[])
    visitors = [replace(first, address="x"), replace(bare, visitor="v12"), replace(bare, visitor="v21", earlier=[])]
    return replace(sync, operators=operators, chats=chats, visitors=visitors, messages=[*sync.messages, note])


class DirtyDesk:
    """`server` None: the relay is another's affair."""

    def __init__(self, terminal: PtyTerminal, server: WireServer | None, dirt: Dirt) -> None:
        self.terminal = terminal
        self.server = server
        self.dirt = dirt
        self.seen: set[str] = set()

    def press(self, *keys: str) -> None:
        self.terminal.press(*keys)

    def until(self, *texts: str) -> None:
        """Wait until all of these are on the screen, and remember which dirt is there."""
        self.terminal.wait_for(lambda screen: all(text in screen for text in texts), why=" and ".join(texts))
        self._look()

    def until_gone(self, text: str) -> None:
        self.terminal.wait_for(lambda screen: text not in screen, why=f"no {text}")
        self._look()

    def until_seen(self, *places: str) -> None:
        """Wait until dirt of each of these places is on the screen."""
        for place in places:
            self.terminal.wait_for(
                lambda screen, place=place: any(self.dirt.places[seen] == place for seen in self.dirt.seen_in(screen)),  # type: ignore[misc]
                why=place,
            )
            self._look()

    def scroll_to(self, place: str, column: int) -> None:
        """Turn the wheel over the pane at this column, down and up again, until dirt of this place is on the screen."""
        before = ""
        turns = 0

        def there(screen: str) -> bool:
            nonlocal before, turns
            if any(self.dirt.places[seen] == place for seen in self.dirt.seen_in(screen)):
                return True
            if screen == before:  # it has come to rest
                turns += 1
                self.terminal.send(f"\x1b[<{64 + (turns // 8 % 2 == 0)};{column - 4};20M".encode() * 5)
            before = screen
            return False

        self.terminal.wait_for(there, why=place)
        self._look()

    def tell(self, *frames: msgspec.Struct | bytes | str) -> None:
        assert self.server is not None
        self.server.say(*(encode(frame) if isinstance(frame, msgspec.Struct) else frame for frame in frames))

    def _look(self) -> None:
        self.seen |= self.dirt.seen_in(self.terminal.text)

    @property
    def unseen(self) -> set[str]:
        return self.dirt.missing(self.seen)


@contextmanager
def dirty_desk(
    home: Path,
    *,
    size: tuple[int, int] = (150, 45),
    notifier: str = "osc9",
    role: Role = Role.operator,
    open_layers: str = "",
    arguments: tuple[str, ...] = (),
) -> Iterator[DirtyDesk]:
    """`open_layers`: which layers of cleaning are taken out, as `tests.e2e.open_layers` takes them."""
    dirt = Dirt()
    with HostileRelay(dirt, role) as server:
        write_files(home, server.address, dirt)
        env = environment(home, dirt) | NOTIFIERS[notifier]
        module = ["tests.e2e.open_layers", open_layers] if open_layers else ["opconsole"]
        command = [sys.executable, "-m", *module, *arguments]
        with PtyTerminal(command, columns=size[0], lines=size[1], env=env, cwd=ROOT) as terminal:
            yield DirtyDesk(terminal, server, dirt)


def environment(home: Path, dirt: Dirt) -> dict[str, str]:
    """A remote session's (so copying goes through the terminal), dirty where the console reads it."""
    env = {name: value for name, value in os.environ.items() if name not in _TOLD_BY_TERMINALS}
    shop = dirt.at("environment", 90).replace("\0", "")
    return env | {"OPCONSOLE_HOME": str(home), "TZ": "UTC", "OPCONSOLE_DEMO_SHOP": shop, "SSH_CONNECTION": "a b c d"}


def write_files(home: Path, address: str, dirt: Dirt) -> None:
    """What somebody else may have put on the disk: settings, a theme, the outbox, drafts, the last colours."""
    config = home / "config"
    (config / "themes").mkdir(parents=True)
    key, odd = dirt.at("config key", 60), dirt.at("config keys", 60)
    settings = {
        "relay": address,
        "login": "olga",
        "keyring": "file",
        "lang": "en",
        "theme": "dusk",
        key: 1,
        "keys": {"take_next": ["f2", odd], dirt.at("config action", 60): ["f11"]},
        "macros": {"bye": {"do": ["close"], "key": odd, "title": odd}},
    }
    (config / "config.toml").write_text(tomli_w.dumps(settings), "utf-8")
    theme = {"base": "dusk", "title": dirt.at("theme title", 60)}
    (config / "themes" / "dirty.toml").write_text(tomli_w.dumps(theme), "utf-8")
    (config / "themes" / "\x1b[6n\x9b6n.toml").write_text(tomli_w.dumps(theme), "utf-8")
    state = home / "state"
    folder = folder_of(state, address, "olga") / "1"
    folder.mkdir(parents=True)
    (state / "look").write_bytes(b"text=#\x1b[6n\x1b]\nsurface=\x1b]52;c;\x07\npanel=#\x1b]0;a\x07")
    failure = Failure("odd", dirt.at("outbox failure"), {"name": "x"})
    items = [Item(Say(id="old1", chat=11, text=dirt.at("outbox text")), NOW - 1000, failure)]
    (folder / "outbox.json").write_bytes(msgspec.json.encode({"v": 1, "items": items}))
    drafts = {11: Draft(dirt.at("draft", 60), 60), 12: Draft(dirt.at("draft of another chat", 60), 60)}
    (folder / "drafts.json").write_bytes(msgspec.json.encode(drafts))
    Tokens(home / "data", "file").put(address, "olga", "token")
