"""Who is at the other end of a request: the address, whether the way was encrypted, and the network that the limits count.

Behind a proxy the peer of every connection is the proxy; who is behind it the proxy says in a header. That header is believed
from the proxies that the relay was told of, and from nobody else: anybody can write one. Pure.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

UNKNOWN = "unknown"
"""A trusted proxy did not say for whom it asks (the word is RFC 7239's). All of these are one address, and it is nobody's own."""
LIMIT_PREFIX = 64
"""Of an IPv6 address: a household or an office gets at least a /64, so its members can't be told apart, nor need they be."""
FORWARDED_HOPS = 20
"""Addresses in one header that are looked at, from the right."""


def address_of(text: str) -> Address | None:
    """`192.0.2.1`, `192.0.2.1:4711`, `[2001:db8::1]:4711`, `2001:db8::1%eth0`; None: it is no address. An IPv4 address in an IPv6 coat
    (`::ffff:192.0.2.1`) is the IPv4 address."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if mapped is not None else address


def network_of(address: str) -> str:
    """What the limits count as one address."""
    found = address_of(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, LIMIT_PREFIX), strict=False))
    return str(found) if found is not None else address


@dataclass(frozen=True, slots=True)
class Client:
    """Where a request comes from. `address`: as text, or `UNKNOWN`; `scheme`: `http` or `https`, as the client's browser sees it."""

    address: str
    scheme: str


class Proxies:
    """The proxies whose word is taken. Empty: there are none, and what a header says is nothing."""

    def __init__(self, trusted: Sequence[Network] = ()) -> None:
        self._trusted = tuple(trusted)

    def __bool__(self) -> bool:
        return bool(self._trusted)

    def trusts(self, address: str) -> bool:
        found = address_of(address)
        return found is not None and self._has(found)

    def _has(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)

    def client(self, peer: str, scheme: str, headers: Mapping[str, str]) -> Client:
        """Who asks. `headers`: one value each; several header lines of a name joined by commas, in their order.

        Each proxy adds to the right whom it got the request from, so the list is read from there, past the trusted ones, to the
        first that is not: what stands left of it the client may have written itself.
        """
        found = address_of(peer)
        own = str(found) if found is not None else peer or UNKNOWN
        if found is None or not self._has(found):
            return Client(own, scheme)
        hops, said = _hops(headers)
        if said in ("http", "https"):
            scheme = said
        for hop in reversed(hops[-FORWARDED_HOPS:]):
            address = address_of(hop)
            if address is None or (address.is_loopback and not self._has(address)):
                return Client(UNKNOWN, scheme)  # what comes over a network is not the machine itself, whatever is said
            if not self._has(address):
                return Client(str(address), scheme)
        # Nobody but trusted proxies. Whatever it is, it has none of the rights of the machine itself.
        return Client(UNKNOWN, scheme)


def _hops(headers: Mapping[str, str]) -> tuple[list[str], str]:
    """The addresses, the nearest last, and the scheme that the nearest proxy tells; `Forwarded` (RFC 7239) where there is no
    `X-Forwarded-For`."""
    said = headers.get("X-Forwarded-Proto", "").split(",")[-1].strip().lower()
    if "X-Forwarded-For" in headers:
        return [each for each in headers["X-Forwarded-For"].split(",") if each.strip()], said
    hops: list[str] = []
    for element in headers.get("Forwarded", "").split(",") if "Forwarded" in headers else ():
        pairs = dict(_pair(part) for part in element.split(";"))
        hops.append(pairs.get("for", ""))
        said = pairs.get("proto", said).lower() if "X-Forwarded-Proto" not in headers else said
    return hops, said


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip().lower(), value.strip().strip('"')


class Crowd:
    """How many connections each network has open, and whether one more is too many. The machine itself is not counted."""

    def __init__(self, most: float) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, address: str) -> str | None:
        """The network to `leave` with; empty: it isn't counted. None: it has as many as it may."""
        found = address_of(address)
        if found is not None and found.is_loopback:
            return ""
        network = network_of(address)
        if self._open[network] >= self._most:
            return None
        self._open[network] += 1
        return network

    def leave(self, network: str) -> None:
        if network:
            self._open[network] -= 1
            if self._open[network] <= 0:
                del self._open[network]
