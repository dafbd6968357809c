"""A visitor's token: it *is* the visitor. Signed, so that nobody can make one or change whose it is.

It holds the visitor's id and nothing of the person. The keys are the desk's own, so another desk's tokens are worth nothing.
"""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

CUSTOMER_MARK: Final = "~"
"""Ids of a site's customers begin so. They come by the site's word only, so no token is taken that names one."""
ID_BYTES: Final = 16


class VisitorTokens:
    """`keys`: the newest first. It signs; the others are still taken, until they are retired."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._serializer = URLSafeSerializer(
            list(reversed(keys)),
            salt="opconsole visitor",
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
            # Tokens from before were signed with SHA-1: they are taken, and replaced when their visitor comes.
            fallback_signers=[{}],
        )

    def make(self, visitor: str) -> str:
        token = self._serializer.dumps(visitor)
        return token if isinstance(token, str) else token.decode()

    def visitor_of(self, token: str) -> str:
        """The visitor whose token it is; empty: it is not one of ours."""
        try:
            visitor = self._serializer.loads(token)
        except BadData:
            return ""
        if not isinstance(visitor, str) or not 0 < len(visitor) <= 64 or visitor.startswith(CUSTOMER_MARK):
            return ""
        return visitor


def new_visitor() -> str:
    """An id that can't be guessed and was never used."""
    return secrets.token_urlsafe(ID_BYTES)
