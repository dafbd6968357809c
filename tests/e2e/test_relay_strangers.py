"""What a stranger is told by a real relay over HTTP, and what not."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.relay_process import PATIENCE_S, RelayProcess, relay_process

TOKEN = "0123456789abcdef"


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    with relay_process(tmp_path_factory.mktemp("relay") / "data") as running:
        yield running.start()


def get(relay: RelayProcess, path: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.get(relay.url(path), headers=named, trust_env=False, timeout=PATIENCE_S)


def test_figures_are_for_the_machine_itself(relay: RelayProcess) -> None:
    assert "opconsole_sessions" in get(relay, "/metrics").text
    for headers in ({"X_Forwarded_For": "192.0.2.7"}, {"Host": "desk.example"}):
        refused = get(relay, "/metrics", **headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "metrics")
        assert "opconsole_" not in refused.text


def test_a_stranger_learns_whether_the_relay_is_well_and_no_more(relay: RelayProcess) -> None:
    assert set(get(relay, "/healthz").json()) == {"status", "sessions", "head"}
    assert get(relay, "/healthz", Host="desk.example").json() == {"status": "ok"}


def test_with_a_token_figures_are_for_who_has_it(tmp_path: Path) -> None:
    with relay_process(tmp_path / "data", f'metrics_token = "{TOKEN}"') as relay:
        relay.start()
        assert get(relay, "/metrics").status_code == 403
        assert get(relay, "/metrics", Authorization="Bearer wrong").status_code == 403
        assert "opconsole_sessions" in get(relay, "/metrics", Authorization=f"Bearer {TOKEN}", Via="1.1 x").text
        code, said = relay.stop()
        assert (code, said) == (0, "")


def test_another_method_is_told_which_are_meant(relay: RelayProcess) -> None:
    answer = httpx.delete(relay.url("/v1/login"), trust_env=False, timeout=PATIENCE_S)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_a_crash_would_leave_no_memory_on_the_disk(relay: RelayProcess) -> None:
    assert relay.process is not None
    limits = Path(f"/proc/{relay.process.pid}/limits")
    if not limits.exists():
        pytest.skip("needs /proc (Linux)")
    line = next(line for line in limits.read_text().splitlines() if line.startswith("Max core file size"))
    assert line.split()[4] == "0"
