"""What SIGHUP asks for: somebody has changed the accounts, the certificate's files, `desk.toml` or the keys while the relay runs.

Each is read by itself; what can't be read stays as it was, and the log says so.
"""

import logging
import os
from typing import Final

import msgspec

from server_stub import deskfile
from server_stub.desk.commands import SettingsSet
from server_stub.desk.model import State
from server_stub.deskfile import DeskFileWrong
from server_stub.edge.filestock import Files
from server_stub.edge.front import Front
from server_stub.edge.identities import Identities
from server_stub.edge.tls import Certificates, TlsUnusable
from server_stub.edge.visitor_tokens import VisitorTokens
from server_stub.journal.api import JournalError
from server_stub.journal.folder import DataFolder
from server_stub.journal.secret import KeyUnusable, signing_keys, site_keys
from server_stub.line import Line

BLOCKED: Final = "your account is blocked; ask an administrator"

log = logging.getLogger(__name__)


def identities_of(folder: DataFolder, desk: str) -> Identities:
    return Identities(site_keys(folder.site_key, os.environ), signing_keys(folder.customer_key)[0], desk)


class Reloading:
    def __init__(self, folder: DataFolder, front: Front, line: Line, state: State, files: Files, desk: str) -> None:
        """`desk`: its name, which stays until the next start."""
        self._folder = folder
        self._front = front
        self._line = line
        self._state = state
        self._files = files
        self._desk = desk
        self._revision = max((user.revision for user in front.accounts.users()), default=0)
        """Of the accounts, as far as the desk knows them."""
        self.certificates: Certificates | None = None

    def reload(self) -> None:
        self._accounts()
        self._tls()
        self._keys()
        self._desk_file()

    def counts(self, token: str) -> bool:
        """Whether somebody is logged in by it."""
        return self._front.accounts.session(token) is not None

    def _accounts(self) -> None:
        front = self._front
        try:
            changed = front.accounts.changed_since(self._revision)
            for user in changed:
                self._revision = user.revision
                if user.blocked:
                    for session in front.lobby.of(f"o:{user.login}"):
                        front.lobby.end(session, "blocked", BLOCKED, 1008)
                front.introduce(user)
            if changed:
                front.lobby.check_tokens(self.counts)
        except JournalError as error:
            log.error("the accounts can't be read: %s", error)

    def _tls(self) -> None:
        try:
            if self.certificates is not None:
                self.certificates.reload()
        except TlsUnusable as error:
            log.error("the certificate stays as it was: %s", error)

    def _keys(self) -> None:
        try:
            self._front.tokens = VisitorTokens(signing_keys(self._folder.visitor_key))
            self._front.identities = identities_of(self._folder, self._desk)
        except (KeyUnusable, OSError) as error:
            log.error("the keys stay as they were: %s", error)

    def _desk_file(self) -> None:
        front = self._front
        try:
            desk = deskfile.load(self._folder.path)
        except DeskFileWrong as error:
            log.error("the settings stay as they were: %s", error)
            return
        front.sites = desk.sites
        front.metrics_token = desk.metrics_token
        self._files.store.most_bytes, self._files.scanner.argv = desk.files.total_bytes, desk.files.scan
        logins = msgspec.structs.replace(desk.logins, desk=front.accounts.policy.desk)
        if logins != front.accounts.policy:
            front.accounts.policy = logins
            front.lobby.check_tokens(self.counts)
        if desk.settings != self._state.settings:
            self._line.put(None, SettingsSet(desk.settings))
