"""A certificate and its key: what can be wrong with the files is said in a sentence that names the file; and new ones without a restart."""

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from server_stub.edge.tls import Certificates, TlsUnusable, is_readable_by_all


class Files:
    """A certificate of an authority of the test's own, in files."""

    def __init__(self, folder: Path) -> None:
        self.authority = trustme.CA()
        self.chain, self.key = folder / "chain.pem", folder / "key.pem"
        self.issue()

    def issue(self, *names: str) -> None:
        self.issued = self.authority.issue_cert(*(names or ("127.0.0.1", "localhost")))
        self.chain.write_bytes(b"".join(blob.bytes() for blob in self.issued.cert_chain_pems))
        self.key.write_bytes(self.issued.private_key_pem.bytes())


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def encrypt(files: Files) -> None:
    key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"a password"),
        )
    )


def swap_key(files: Files) -> None:
    files.key.write_bytes(files.authority.issue_cert("localhost").private_key_pem.bytes())


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100] + b"\n" + path.read_bytes()[-60:])


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda it: it.chain.unlink(), "there is no certificate"),
        (lambda it: it.key.unlink(), "there is no key"),
        (lambda it: (it.chain.unlink(), it.chain.mkdir()), "can't be read"),
        (lambda it: it.chain.write_bytes(b"hello"), "holds no certificate"),
        (lambda it: it.key.write_bytes(b""), "holds no private key"),
        (lambda it: it.key.write_bytes(it.chain.read_bytes()), "holds no private key"),
        (encrypt, "is encrypted"),
        (swap_key, "is not the one of the certificate"),
        (lambda it: cut(it.chain), "can't be used"),
        (lambda it: cut(it.key), "can't be used"),
    ],
)
def test_files_that_cant_be_used_are_named_with_the_reason(
    files: Files, spoil: Callable[[Files], object], says: str
) -> None:
    spoil(files)
    with pytest.raises(TlsUnusable, match=says) as wrong:
        Certificates(files.chain, files.key)
    assert str(files.chain) in str(wrong.value) or str(files.key) in str(wrong.value)
    assert "PRIVATE" not in str(wrong.value)


def shake_hands(certificates: Certificates, trusted: Files, **client: object) -> tuple[str, tuple[str, ...]]:
    """A handshake over a socket pair: the version, and the names in the certificate that was served."""
    ours, theirs = socket.socketpair()
    context = ssl.create_default_context()
    trusted.authority.configure_trust(context)
    for name, value in client.items():
        setattr(context, name, value)

    def serve() -> None:
        with ours:
            try:
                certificates.context.wrap_socket(ours, server_side=True).close()
            except OSError:
                pass

    server = threading.Thread(target=serve)
    server.start()
    try:
        with context.wrap_socket(theirs, server_hostname="localhost") as tls:
            certificate = x509.load_der_x509_certificate(tls.getpeercert(binary_form=True) or b"")
            names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            return tls.version() or "", tuple(names.get_values_for_type(x509.DNSName))
    finally:
        theirs.close()
        server.join(10)


def test_tls_13_and_12_are_spoken_and_nothing_older(files: Files) -> None:
    certificates = Certificates(files.chain, files.key)
    assert shake_hands(certificates, files)[0] == "TLSv1.3"
    assert shake_hands(certificates, files, maximum_version=ssl.TLSVersion.TLSv1_2)[0] == "TLSv1.2"
    assert certificates.context.minimum_version is ssl.TLSVersion.TLSv1_2
    of_12 = [each["name"] for each in certificates.context.get_ciphers() if each["protocol"] != "TLSv1.3"]
    assert of_12
    assert all(name.startswith("ECDHE-") and ("GCM" in name or "CHACHA20" in name) for name in of_12)


def test_new_files_are_served_from_the_next_handshake_on_and_bad_ones_never(files: Files) -> None:
    certificates = Certificates(files.chain, files.key)
    files.issue("localhost", "new.example")
    assert "new.example" not in shake_hands(certificates, files)[1]
    certificates.reload()
    assert "new.example" in shake_hands(certificates, files)[1]
    swap_key(files)
    with pytest.raises(TlsUnusable):
        certificates.reload()
    assert "new.example" in shake_hands(certificates, files)[1], "what is wrong in the files harms nobody"


def test_a_key_that_everybody_can_read_is_noticed(files: Files) -> None:
    files.key.chmod(0o640)
    assert not is_readable_by_all(files.key)
    files.key.chmod(0o644)
    assert is_readable_by_all(files.key)
