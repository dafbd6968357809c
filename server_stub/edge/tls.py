"""TLS: a context made of a certificate and a key, sentences for all that can be wrong with them, and new files without a restart.

Nothing older than TLS 1.2 is spoken, and of 1.2 only what has forward secrecy and authenticated encryption.
"""

import os
import ssl
from pathlib import Path
from typing import Final

CIPHERS: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2; those of 1.3 are all good."""


class TlsUnusable(Exception):
    """The certificate or the key can't be used; the sentence names the file and says why."""


class Certificates:
    """A certificate's chain and its key, in files. `context` is what a listener needs; `reload` reads the files again."""

    def __init__(self, chain: Path, key: Path) -> None:
        """Raises TlsUnusable."""
        self._chain = chain
        self._key = key
        self._current = _context(chain, key)
        self.context = _context(chain, key)
        # A context whose files are being replaced serves nobody for a moment, so the old one is never touched: each handshake
        # takes the newest. Called also where the client names no server.
        self.context.sni_callback = self._choose

    def _choose(self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        connection.context = self._current

    def reload(self) -> None:
        """Serve what is in the files now, from the next handshake on. Raises TlsUnusable: then all stays as it was."""
        self._current = _context(self._chain, self._key)


def _context(chain: Path, key: Path) -> ssl.SSLContext:
    certificate = _read(chain, "certificate")
    if b"-----BEGIN CERTIFICATE-----" not in certificate:
        raise TlsUnusable(f"{chain} holds no certificate: it should be PEM, the server's own first, then the chain")
    secret = _read(key, "key")
    if b"PRIVATE KEY-----" not in secret:
        raise TlsUnusable(f"{key} holds no private key: it should be PEM")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(chain, key, password=_no_password)
    except _Encrypted:
        raise TlsUnusable(f"the key {key} is encrypted, and a relay can't ask for its password: decrypt it") from None
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise TlsUnusable(f"the key {key} is not the one of the certificate {chain}") from None
        raise TlsUnusable(f"{chain} and {key} can't be used: {_plain(error)}") from None
    except OSError as error:
        raise TlsUnusable(f"{chain} and {key} can't be read: {error.strerror}") from None
    return context


class _Encrypted(Exception):
    pass


def _no_password() -> str:
    raise _Encrypted


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise TlsUnusable(f"there is no {what} {path}") from None
    except OSError as error:
        raise TlsUnusable(f"the {what} {path} can't be read: {error.strerror}") from None


def is_readable_by_all(key: Path) -> bool:
    """Whether any user of the machine can read the key."""
    return bool(os.stat(key).st_mode & 0o004)


def _plain(error: ssl.SSLError) -> str:
    """OpenSSL's reason, in words."""
    return (error.reason or "it is damaged").replace("_", " ").lower()
