"""Where a relay listens and how: plainly to its own machine, by TLS, or behind a proxy. Nothing else is let to be."""

import logging
from dataclasses import dataclass, field
from pathlib import Path

from server_stub.edge.clients import Proxies
from server_stub.edge.origins import is_loopback
from server_stub.edge.tls import Certificates, is_readable_by_all

log = logging.getLogger(__name__)


class CannotStart(Exception):
    """Why there is no relay now; a sentence."""


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """Where and how a relay listens. `port` 0: any free one. `tls`: the files of the certificate's chain and of its key."""

    host: str
    port: int
    tls: tuple[Path, Path] | None = None
    proxies: Proxies = field(default_factory=Proxies)

    @property
    def shown(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'http' if self.tls is None else 'https'}://{host}"

    def certificates(self) -> Certificates | None:
        """None: it speaks plainly. Raises TlsUnusable, CannotStart."""
        if self.tls is not None:
            certificates = Certificates(*self.tls)
            if is_readable_by_all(self.tls[1]):
                log.warning(
                    "any user of this machine can read the key %s: it should be readable by its owner only", self.tls[1]
                )
            return certificates
        if not (is_loopback(self.host) or self.proxies):
            raise CannotStart(
                f"without TLS a relay listens to its own machine only, and {self.host} is more: passwords and chats would go "
                "over the network in the clear. Give --tls-cert and --tls-key; or --behind-proxy, if a proxy does TLS"
            )
        return None
