"""The relay's outer door, in a real process: TLS, what is refused without it, who is behind a proxy, and the console over https."""

import asyncio
import signal
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest
import trustme
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from opconsole.link.connection import dialer
from opconsole.link.failures import LinkTrouble, Trouble
from opconsole.link.login import LoggedIn, LoginFailed, log_in
from opconsole.locale import set_language
from opconsole.wire import visitor
from opconsole.wire.codec import decode_visitor_down, encode
from opconsole.wire.staff import Hello, Welcome
from server_stub.__main__ import main
from server_stub.edge.clients import Proxies
from server_stub.entrance import CannotStart, Entrance
from tests.e2e.relay_process import PASSWORD, PATIENCE_S, Peer, RelayProcess, relay_process

AUTHORITY = trustme.CA()


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


def certify(folder: Path, *names: str) -> list[str]:
    """Files of a certificate, as arguments of a relay."""
    issued = AUTHORITY.issue_cert(*(names or ("127.0.0.1",)))
    (folder / "chain.pem").write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    (folder / "key.pem").write_bytes(issued.private_key_pem.bytes())
    (folder / "key.pem").chmod(0o600)
    return ["--tls-cert", str(folder / "chain.pem"), "--tls-key", str(folder / "key.pem")]


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    folder = tmp_path_factory.mktemp("tls")
    with relay_process(folder / "data") as running:
        running.add("anna")
        running.options = certify(folder)
        yield running.start()


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Programs of this test trust the authority, as with `--ca`."""
    file = tmp_path / "authority.pem"
    file.write_bytes(AUTHORITY.cert_pem.bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return ssl.create_default_context(cafile=file)


def https(relay: RelayProcess) -> str:
    return f"https://127.0.0.1:{relay.port}"


# ---------------------------------------------------------------- TLS


async def test_the_console_logs_in_and_links_over_https(relay: RelayProcess, trusted: ssl.SSLContext) -> None:
    got = await log_in(https(relay), "anna", PASSWORD)
    assert isinstance(got, LoggedIn)
    connection = await dialer(https(relay), got.token)()
    await connection.send([Hello()])
    assert isinstance((await connection.receive())[0], Welcome)
    await connection.close()


async def test_a_certificate_of_an_unknown_authority_is_told_in_clear_words(relay: RelayProcess) -> None:
    failed = await log_in(https(relay), "anna", PASSWORD)
    assert isinstance(failed, LoginFailed)
    assert failed.text == (f"The certificate of {https(relay)} is not to be trusted: who signed it is not known here.")
    with pytest.raises(LinkTrouble) as trouble:
        await dialer(https(relay), "token")()
    assert (trouble.value.trouble, trouble.value.text) == (Trouble.unreachable, failed.text)


async def test_a_certificate_for_another_name_is_not_taken(relay: RelayProcess, trusted: ssl.SSLContext) -> None:
    failed = await log_in(f"https://localhost:{relay.port}", "anna", PASSWORD)
    assert isinstance(failed, LoginFailed)
    assert failed.text.endswith("is not to be trusted: it is for another name.")


async def test_plain_words_at_the_tls_door_and_tls_at_a_plain_one_are_told_apart(
    relay: RelayProcess, tmp_path: Path
) -> None:
    plain = await log_in(f"http://127.0.0.1:{relay.port}", "anna", PASSWORD)
    assert isinstance(plain, LoginFailed)
    with relay_process(tmp_path / "data") as other:
        other.start()
        failed = await log_in(https(other), "anna", PASSWORD)
        assert isinstance(failed, LoginFailed)
        assert "does not speak TLS as it should" in failed.text


def test_answers_over_tls_tell_the_browser_to_come_by_https_only(relay: RelayProcess, trusted: ssl.SSLContext) -> None:
    with httpx.Client(verify=trusted, trust_env=False, timeout=PATIENCE_S, base_url=https(relay)) as client:
        for path in ("/", "/widget.js", "/healthz", "/nothing", "/v1/operator"):
            assert client.get(path).headers["strict-transport-security"] == "max-age=31536000"
        assert "https://127.0.0.1" in client.get("/").text


def test_a_new_certificate_is_served_after_sighup_and_a_broken_one_is_not(
    tmp_path: Path, trusted: ssl.SSLContext
) -> None:
    with relay_process(tmp_path / "data") as relay:
        relay.options = certify(tmp_path)
        relay.start()
        first = served_certificate(relay, trusted)
        certify(tmp_path)
        relay.signal(signal.SIGHUP)
        with httpx.Client(verify=trusted, trust_env=False, timeout=PATIENCE_S) as client:
            while (second := served_certificate(relay, trusted)) == first:
                client.get(https(relay) + "/healthz")
        (tmp_path / "key.pem").write_bytes(b"nothing")
        relay.signal(signal.SIGHUP)
        assert served_certificate(relay, trusted) == second
        code, said = relay.stop()
        assert code == 0
        assert "the certificate stays as it was" in said
        assert "key.pem holds no private key" in said


def served_certificate(relay: RelayProcess, context: ssl.SSLContext) -> bytes:
    with (
        socket.create_connection(("127.0.0.1", relay.port), timeout=PATIENCE_S) as raw,
        context.wrap_socket(raw, server_hostname="127.0.0.1") as tls,
    ):
        return tls.getpeercert(binary_form=True) or b""


# ---------------------------------------------------------------- what a relay refuses to do


def test_a_door_that_would_be_open_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with relay_process(tmp_path / "data") as relay:
        relay.options = ["--listen", "0.0.0.0:0"]
        relay.process = relay.spawn()
        code, said = relay.wait()
        assert code == 1
        assert "without TLS a relay listens to its own machine only" in said
        assert "Traceback" not in said


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "relay.example", "192.0.2.1", "127.0.0.1.example"])
def test_plain_words_are_for_the_machine_itself_or_for_a_proxy(host: str) -> None:
    with pytest.raises(CannotStart, match="without TLS"):
        Entrance(host=host, port=0).certificates()
    assert Entrance(host=host, port=0, proxies=Proxies([ip_network("10.0.0.0/8")])).certificates() is None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_the_machine_itself_may_be_spoken_to_plainly(host: str) -> None:
    assert Entrance(host=host, port=0).certificates() is None


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--tls-cert", "nothing.pem"], "--tls-cert and --tls-key go together"),
        (["--trusted-proxy", "10.0.0.1"], "needs --behind-proxy"),
        (["--behind-proxy", "--trusted-proxy", "10.0.0.1/8"], "no address and no network"),
    ],
)
def test_arguments_that_do_not_fit_are_a_misuse(
    options: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["relay", *options])
    assert end.value.code == 2
    assert says in capsys.readouterr().err


# ---------------------------------------------------------------- behind a proxy

LIMITS = """
[rates]
connections_per_address = 2
"""


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    with relay_process(tmp_path_factory.mktemp("proxy") / "data", LIMITS) as running:
        running.add("anna")
        running.options = ["--behind-proxy"]
        yield running.start()


@pytest.fixture
async def closing(behind: RelayProcess) -> AsyncIterator[None]:
    yield
    await behind.close_peers()


async def page(relay: RelayProcess, address: str, **headers: str) -> Peer:
    """A visitor's page behind the proxy, which has said hello."""
    peer = await relay.connect(
        "/v1/visitor",
        decode_visitor_down,
        {"X-Forwarded-For": address, "Origin": f"http://127.0.0.1:{relay.port}", **headers},
    )
    await peer.send(visitor.VisitorHello())
    return peer


@pytest.mark.usefixtures("closing")
async def test_behind_a_proxy_the_limits_are_those_of_the_address_that_it_names(behind: RelayProcess) -> None:
    for part in ("1", "2"):
        await (await page(behind, f"2001:db8::{part}")).until(visitor.VisitorSync)
    with pytest.raises(InvalidStatus) as refused:
        await page(behind, "2001:db8::3")
    assert refused.value.response.status_code == 429, "a /64 is one address"
    with pytest.raises(InvalidStatus):
        await page(behind, "6.6.6.6, 2001:db8::4")
    await (await page(behind, "2001:db8:0:1::3")).until(visitor.VisitorSync)


@pytest.mark.usefixtures("closing")
async def test_who_leaves_makes_room(behind: RelayProcess) -> None:
    first, second = await page(behind, "192.0.2.1"), await page(behind, "192.0.2.1")
    await first.until(visitor.VisitorSync)
    await second.until(visitor.VisitorSync)
    await first.close()
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await (await page(behind, "192.0.2.1")).until(visitor.VisitorSync)
                break
            except InvalidStatus:
                continue  # the relay has not seen yet that the first has gone


@pytest.mark.usefixtures("closing")
async def test_nobody_becomes_the_machine_itself_by_a_header_and_the_proxy_does_not_lend_its_place(
    behind: RelayProcess,
) -> None:
    """From the machine itself a program without `Origin` is let in; over a proxy it is not."""
    for headers in ({}, {"X-Forwarded-For": "127.0.0.1"}, {"X-Forwarded-For": "203.0.113.5"}):
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://127.0.0.1:{behind.port}/v1/visitor", additional_headers=headers, proxy=None)
        assert refused.value.response.status_code == 403


def test_behind_a_proxy_the_page_knows_its_own_address(behind: RelayProcess) -> None:
    headers = {"Host": "chat.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.5"}
    answer = httpx.get(behind.url("/"), headers=headers, trust_env=False, timeout=PATIENCE_S)
    assert "https://chat.example/widget.js" in answer.text
    assert answer.headers["strict-transport-security"]
    plain = httpx.get(behind.url("/"), headers={"Host": "chat.example"}, trust_env=False, timeout=PATIENCE_S)
    assert "strict-transport-security" not in plain.headers


def test_failed_logins_behind_a_proxy_are_counted_by_network(behind: RelayProcess) -> None:
    def attempt(address: str) -> int:
        return httpx.post(
            behind.url("/v1/login"),
            json={"login": "victor", "password": "wrong password"},
            headers={"X-Forwarded-For": address},
            trust_env=False,
            timeout=PATIENCE_S,
        ).status_code

    codes = (attempt(f"2001:db8:7::{number}") for number in range(1, 40))
    assert next(code for code in codes if code != 401) == 429
    assert attempt("2001:db8:8::1") == 401


async def test_without_proxies_a_header_changes_nothing(tmp_path: Path) -> None:
    with relay_process(tmp_path / "data", "[rates]\nnew_visitors_burst = 1\nnew_visitors_per_minute = 1") as relay:
        relay.start()
        hello = encode(visitor.VisitorHello()).decode()

        async def come(address: str) -> str:
            async with knock(relay, {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}) as socket_:
                await socket_.send(hello)
                return str(await socket_.recv())

        assert '"welcome"' in await come("203.0.113.1")
        assert '"too_many"' in await come("203.0.113.2")


def knock(relay: RelayProcess, headers: dict[str, str]) -> connect:
    return connect(f"ws://127.0.0.1:{relay.port}/v1/visitor", additional_headers=headers, proxy=None)
