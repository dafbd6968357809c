"""Proof that a console has logged in before, by which the throttle knows it from a stranger (OWASP calls it a device cookie).

It lets nobody in: it only gives its holder a count of failures of their own. It is signed with the desk's key, says whose console
it is, and nothing is kept of it here.
"""

import secrets
from collections.abc import Callable
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

LONGEST: Final = 512


class DeviceTokens:
    def __init__(self, secret: bytes, new_id: Callable[[], str] = lambda: secrets.token_urlsafe(12)) -> None:
        self._serializer = URLSafeSerializer(secret, salt="opconsole device")
        self._new_id = new_id

    def make(self, login: str) -> str:
        token = self._serializer.dumps([login, self._new_id()])
        return token if isinstance(token, str) else token.decode()

    def device_of(self, token: str, login: str) -> str:
        """Which console of this login; empty: it is no proof of ours, or another person's."""
        if not token or len(token) > LONGEST:
            return ""
        try:
            found = self._serializer.loads(token)
        except (BadData, UnicodeError):
            return ""
        match found:
            case [str(whose), str(device)] if whose == login and device:
                return device
        return ""
