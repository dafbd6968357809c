"""A visitor's token: it *is* the visitor. Signed, so that nobody can make one or change whose it is.

It holds the visitor's id and nothing of the person. The secret is the desk's own, so another desk's tokens are worth nothing.
"""

import secrets

from itsdangerous import BadData, URLSafeSerializer


class VisitorTokens:
    def __init__(self, secret: bytes) -> None:
        self._serializer = URLSafeSerializer(secret, salt="opconsole visitor")

    def make(self, visitor: str) -> str:
        token = self._serializer.dumps(visitor)
        return token if isinstance(token, str) else token.decode()

    def visitor_of(self, token: str) -> str:
        """The visitor whose token it is; empty: it is not one of ours."""
        try:
            visitor = self._serializer.loads(token)
        except BadData:
            return ""
        return visitor if isinstance(visitor, str) and 0 < len(visitor) <= 64 else ""


def new_visitor() -> str:
    """An id that can't be guessed and was never used."""
    return secrets.token_urlsafe(12)
