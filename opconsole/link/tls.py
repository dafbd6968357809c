"""TLS as the console speaks it: whose certificates are trusted, and what is wrong with one, in words.

Trusted is what the system trusts, and what is in the file that `SSL_CERT_FILE` names (`--ca` sets it, so that everything
that this program starts trusts the same).
"""

import os
import ssl
from pathlib import Path
from typing import Final

from opconsole.locale import mark, tr

CA_FILE: Final = "SSL_CERT_FILE"

_WHY: Final = {
    9: mark("it is not valid yet (or the clock of this machine is wrong)"),
    10: mark("it has expired"),
    18: mark("it has signed itself"),
    19: mark("who signed it is not trusted here"),
    20: mark("who signed it is not known here"),
    21: mark("who signed it is not known here"),
    23: mark("it was revoked"),
    62: mark("it is for another name"),
    64: mark("it is for another address"),
}
"""By OpenSSL's number (`X509_V_ERR_…`)."""


def context() -> ssl.SSLContext:
    """Checks names and certificates. Raises OSError when the file that is to be trusted can't be read."""
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    named = os.environ.get(CA_FILE)
    if named:
        made.load_verify_locations(cafile=named)  # OpenSSL has read it too, but says nothing where it can't
    paths = ssl.get_default_verify_paths()
    if not (named or paths.cafile or paths.capath):
        import certifi  # a Python that finds none of the system's

        made.load_verify_locations(cafile=certifi.where())
    return made


def context_for(relay: str) -> ssl.SSLContext:
    """For a client that may speak to this relay (a normal address) only; to a plain one it needs, and gets, no trust at all."""
    return context() if relay.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def trust(file: Path) -> None:
    """Trust what is signed by this file's certificates, from now on. Raises ValueError with a translated sentence."""
    file = file.expanduser().absolute()
    try:
        ssl.create_default_context(cafile=str(file))
    except ssl.SSLError:
        raise ValueError(tr("{file} holds no certificate (PEM).", file=file)) from None
    except OSError as error:
        raise ValueError(tr("{file} can't be read: {why}.", file=file, why=error.strerror)) from None
    os.environ[CA_FILE] = str(file)


def why_not(relay: str, error: BaseException | None) -> str:
    """What TLS did not like, a translated sentence; empty: this error (and what caused it) is none of TLS."""
    seen = 0
    while error is not None and seen < 10:
        if isinstance(error, ssl.SSLCertVerificationError):
            why = tr(_WHY[error.verify_code]) if error.verify_code in _WHY else error.verify_message
            return tr("The certificate of {relay} is not to be trusted: {why}.", relay=relay, why=why)
        if isinstance(error, ssl.SSLError):
            return tr("{relay} does not speak TLS as it should.", relay=relay)
        error, seen = error.__cause__ or error.__context__, seen + 1
    return ""
