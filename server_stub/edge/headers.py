"""Headers that every answer carries: what a browser may do with it. A route that needs others has set its own before."""

from collections.abc import MutableMapping
from typing import Final

SERVER: Final = "opconsole"
"""What an answer says of its maker: no library, no version."""
HSTS: Final = "max-age=31536000"
"""A year. Not for subdomains: they need not be ours."""

ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # An answer that is no page gets none of a page's rights, and nobody shows it in a frame.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def protect(headers: MutableMapping[str, str], *, encrypted: bool) -> None:
    """Add what is missing; `encrypted`: it goes out over https, and the browser shall come back by https only."""
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    if encrypted:
        headers["Strict-Transport-Security"] = HSTS
