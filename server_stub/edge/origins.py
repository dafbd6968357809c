"""Which sites' pages may open a visitor's session.

A browser says truthfully which site a page came from (`Origin`, RFC 6454), so a page of another site can't speak as a
visitor of ours. Programs can say anything; they are bounded by address and by rate, not here.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether this address, or this name of a host, is the machine itself."""
    host = host.strip("[]").split("%")[0].casefold()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback or (mapped is not None and mapped.is_loopback)


def site_of(address: str) -> str:
    """`https://Shop.example:443/path` -> `https://shop.example`; empty: it is no http(s) address."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    if port is None or port == {"http": 80, "https": 443}[parts.scheme]:
        return f"{parts.scheme}://{shown}"
    return f"{parts.scheme}://{shown}:{port}"


def may_embed(origin: str | None, *, sites: frozenset[str], own: str, address: str) -> bool:
    """Whether a session with this `Origin` may start. `sites`: the desk's, as `site_of` gives them; `*` allows all.

    `own`: the relay's own origin, for its sample shop. Pages of the machine itself are allowed to visitors from the machine
    itself, for a developer. No `Origin` at all (not a browser): from the machine itself only.
    """
    if origin is None:
        return "*" in sites or is_loopback(address)
    site = site_of(origin)
    if not site:
        return "*" in sites
    if site in sites or "*" in sites or (own != "" and site == own):
        return True
    return is_loopback(urlsplit(site).hostname or "") and is_loopback(address)
