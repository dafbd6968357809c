"""Who may see the relay's figures (`/metrics`, the counts in `/healthz`): they tell how a business goes.

With a `metrics_token` in `desk.toml`: whoever brings it. Without one: programs on the relay's own machine that ask it directly;
behind a proxy nobody, since a proxy that adds no header looks like one of them.
A proxy on that machine asks on behalf of strangers, so what bears a proxy's marks, or was asked for by another name than the
machine's own (a page in a browser here, whose name was pointed at loopback), is a stranger's.
"""

import hmac
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from server_stub.edge.origins import is_loopback

PROXY_MARKS: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


def may_see_figures(
    wanted: str, token: str, *, address: str, host: str, headers: Mapping[str, str], proxied: bool = False
) -> bool:
    """`wanted`: the desk's token (empty: none is set); `token`: the request's. `headers`: names in any case. `proxied`: the
    relay stands behind a proxy."""
    if wanted:
        return hmac.compare_digest(token.encode("utf-8", "surrogatepass"), wanted.encode())
    if proxied or any(mark in headers for mark in PROXY_MARKS):
        return False
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return is_loopback(address) and is_loopback(name)
