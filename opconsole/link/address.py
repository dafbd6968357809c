"""The relay's address: what a person may type, and the URLs made of it."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from opconsole.locale import tr
from opconsole.wire.text import clean_line

DEFAULT_RELAY: Final = "http://127.0.0.1:8765"


class BadAddress(ValueError):
    """No relay can have this address. The text is a translated sentence."""


def normal(typed: str) -> str:
    """`host`, `host:port` or a URL as `scheme://host[:port][/path]`: loopback is plain, everything else TLS unless told.

    Raises `BadAddress`."""
    text = typed = clean_line(typed).strip()
    if not text:
        raise BadAddress(tr("The relay's address is empty."))
    if "://" not in text:
        text = ("http://" if _is_loopback_text(text) else "https://") + text
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadAddress(tr("{address} is not an address.", address=typed)) from None
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    if scheme not in ("http", "https"):
        raise BadAddress(
            tr("The relay's address begins with http:// or https://, not {scheme}://.", scheme=parts.scheme)
        )
    if not host or not host.isprintable() or any(char.isspace() or char == "\ufffd" for char in host):
        raise BadAddress(tr("{address} names no host.", address=typed))
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadAddress(tr("The relay's address is only a host, a port and a path."))
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def websocket(relay: str) -> str:
    """The URL of the operators' websocket. `relay` is normal."""
    return f"ws{relay[4:]}/v1/operator"


def is_loopback(relay: str) -> bool:
    return _is_loopback_host(urlsplit(relay).hostname or "")


def _is_loopback_text(text: str) -> bool:
    return _is_loopback_host(urlsplit(f"//{text}").hostname or "")


def _is_loopback_host(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
