"""The HTTP part of a real relay against its own description: schemathesis asks whatever the document allows, and what it doesn't."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.relay_process import PATIENCE_S, RelayProcess, relay_process

SEED = "20"
SETTINGS = """
# A websocket's address asks for an upgrade first, whatever else is wrong with the request.
[[operations]]
include-path-regex = "^/v1/(operator|visitor)$"
checks = { positive_data_acceptance.enabled = false, negative_data_rejection.enabled = false, missing_required_header.enabled = false }
"""


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RelayProcess]:
    with relay_process(tmp_path / "data") as running:
        running.add("anna")
        yield running.start()


def test_the_relay_tells_its_routes(relay: RelayProcess) -> None:
    document = httpx.get(relay.url("/v1/openapi.json"), trust_env=False, timeout=PATIENCE_S).json()
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) >= {"/v1/login", "/v1/logout", "/healthz", "/metrics", "/widget.js", "/"}


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_relay_answers_as_it_says(relay: RelayProcess, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(SETTINGS)
    token = relay.log_in("anna")
    asked = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            "run",
            relay.url("/v1/openapi.json"),
            *("--max-examples", "10", "--seed", SEED, "--continue-on-failure"),
            *("--header", f"Authorization: Bearer {token}", "--warnings", "off", "--no-color"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert asked.returncode == 0, asked.stdout[-8000:] + asked.stderr[-2000:]
    operations = sum(
        map(len, httpx.get(relay.url("/v1/openapi.json"), trust_env=False, timeout=PATIENCE_S).json()["paths"].values())
    )
    asked_of = re.search(r"(\d+) selected / \1 total", asked.stdout)
    assert asked_of is not None, asked.stdout[-2000:]
    assert int(asked_of[1]) >= operations - 1  # the document itself is not asked
    assert re.search(r"\d+ passed", asked.stdout)
    code, said = relay.stop()
    assert (code, said) == (0, ""), "nothing that was asked is the relay's own error"
