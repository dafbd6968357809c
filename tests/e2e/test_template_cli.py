"""`opconsole template` against a real relay: three processes, as a person would run them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyotp
import pytest

from opconsole.state.template_files import read_templates
from tests.e2e.relay_process import PATIENCE_S
from tests.programs import Program, run

PASSWORD = "correct horse battery"
STARTERS = 60


class Desk:
    """A relay with a supervisor (anna) and an operator (boris), and the programs run as one of them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "relay"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in {"LANG", "LC_ALL", "LC_MESSAGES"}},
            "OPCONSOLE_HOME": str(home),
            "LANG": "C.UTF-8",
        }
        (home / "config").mkdir()
        (home / "config" / "config.toml").write_text('keyring = "file"\n')
        for login, role in (("anna", "supervisor"), ("boris", "operator")):
            self.program("server_stub", "user", "add", login, "--role", role, "--data", str(self.data), typed=PASSWORD)
        self.relay = Program(
            [sys.executable, "-m", "server_stub", "relay", "--data", str(self.data), "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE,
            env=self.environment,
        )
        assert self.relay.stdout is not None
        self.address = self.relay.stdout.readline().rsplit(" ", 1)[-1].strip()
        assert self.address.startswith("http://127.0.0.1:"), self.address

    def program(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return run([sys.executable, "-m", *arguments], input=f"{typed}\n", env=self.environment)

    def template(self, login: str, *arguments: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
        where = ("--relay", self.address, "--login", login)
        return self.program("opconsole", "template", *arguments, *where, typed=password)

    def close(self) -> None:
        self.relay.terminate()
        self.relay.communicate(timeout=30)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    yield desk
    desk.close()


MINE = """\
[[template]]
code = "mine"
lang = "en"
title = "My own"
text = "Hello{?, {visitor}}, this is a reply of my own."

[[template]]
code = "hello"
lang = "en"
text = "Hi there!"
"""


@pytest.mark.slow
def test_a_supervisor_takes_the_desks_templates_out_changes_one_and_brings_them_back(
    desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "shared.csv"
    out = desk.template("anna", "export", str(file), "--shared")
    assert out.returncode == 0, out.stderr
    read = read_templates(file.read_text("utf-8"), file)
    assert read.problems == ()
    assert len(read.templates) == STARTERS

    again = desk.template("anna", "import", str(file), "--shared")
    assert again.returncode == 0, again.stderr
    assert again.stdout == f"0 templates saved, {STARTERS} the same already, 0 refused\n"

    file.write_text(
        file.read_text("utf-8").replace("One moment, please, I am checking.", "One moment, please."), "utf-8"
    )
    plan = desk.template("anna", "import", str(file), "--shared", "--dry-run")
    changed = desk.template("anna", "import", str(file), "--shared")
    assert plan.stdout.splitlines()[0] == changed.stdout.splitlines()[0] == "~ /wait (en)  One moment"
    assert plan.stdout.splitlines()[1].startswith("1 template would be saved")
    assert changed.stdout.splitlines()[1].startswith("1 template saved")


@pytest.mark.slow
def test_an_operator_has_templates_of_their_own_and_may_not_touch_the_desks(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(MINE)
    refused = desk.template("boris", "import", str(file), "--shared")
    assert refused.returncode == 4
    assert "may not do this" in refused.stdout
    assert "0 templates saved" in refused.stdout

    taken = desk.template("boris", "import", str(file))
    assert taken.returncode == 0, taken.stderr
    assert taken.stdout.splitlines()[:2] == ["+ /mine (en)  My own", "+ /hello (en)"]

    out = tmp_path / "out.toml"
    assert desk.template("boris", "export", str(out), "--mine").returncode == 0
    assert set(read_templates(out.read_text(), out).templates) == set(read_templates(MINE, file).templates)
    assert desk.template("boris", "export", str(out)).returncode == 1, "a file that is there is not replaced unasked"
    assert desk.template("boris", "export", str(out), "--force").returncode == 0
    assert len(read_templates(out.read_text(), out).templates) == STARTERS + 1, "of /hello the personal one"


@pytest.mark.slow
def test_a_file_with_a_fault_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(MINE + '\n[[template]]\ncode = "two words"\ntext = "{oops"\n')
    run = desk.template("boris", "import", str(file))
    assert run.returncode == 1
    assert f"{file}: line 12, code: " in run.stderr
    assert f"{file}: line 12, text: " in run.stderr
    assert "2 faults; nothing was imported" in run.stderr


@pytest.mark.slow
def test_who_may_not_come_in_is_told_so_in_one_line(desk: Desk, tmp_path: Path) -> None:
    run = desk.template("nobody", "export", str(tmp_path / "x.toml"), password="wrong")
    assert run.returncode == 4
    assert "Traceback" not in run.stderr
    assert "password is wrong" in run.stderr
    assert not (tmp_path / "x.toml").exists()


def test_another_kind_of_file_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    from opconsole.cli.main import run

    assert run(["template", "import", str(tmp_path / "x.yaml")]) == 2


@pytest.mark.slow
def test_a_second_factor_is_asked_for_after_the_password(desk: Desk, tmp_path: Path) -> None:
    desk.program("server_stub", "user", "add", "dora", "--data", str(desk.data), typed=PASSWORD)
    desk.program("server_stub", "user", "totp", "dora", "require", "--data", str(desk.data))
    file = str(tmp_path / "dora.toml")
    asked = desk.template("dora", "export", file)
    assert asked.returncode == 4
    assert "must have a second factor" in asked.stderr
    assert "give its code as a second line" in asked.stderr
    enrolled = enrol(desk, "dora")
    without = desk.template("dora", "export", file)
    assert (without.returncode, "give its code as a second line" in without.stderr) == (4, True)
    wrong = desk.template("dora", "export", file, password=f"{PASSWORD}\nAAAA-BBBB-CCCC")
    assert (wrong.returncode, "The code is wrong" in wrong.stderr) == (4, True)
    right = desk.template("dora", "export", file, password=f"{PASSWORD}\n{enrolled[0]}")
    assert right.returncode == 0, right.stderr
    assert not any(secret in right.stdout + right.stderr for secret in (PASSWORD, *enrolled))
    assert desk.template("dora", "export", file, "--force", password="").returncode == 0, "the login is kept"


def enrol(desk: Desk, login: str) -> list[str]:
    """Set up a second factor as any client would; the recovery codes."""
    form = {"login": login, "password": PASSWORD}
    facts = httpx.post(f"{desk.address}/v1/login", json=form, trust_env=False, timeout=PATIENCE_S).json()["facts"]
    more = {"code": pyotp.TOTP(facts["secret"]).at(int(time.time())), "enrolment": facts["enrolment"]}
    answer = httpx.post(f"{desk.address}/v1/login", json=form | more, trust_env=False, timeout=PATIENCE_S)
    codes: list[str] = answer.json()["recovery_codes"]
    return codes


DEPARTMENT = """\
[[template]]
code = "sale"
channel = "telegram"
group = "Season/Winter"
from = "2026-12-01"
until = "2026-12-31"
text = "{>hello} Today everything is cheaper."
"""


@pytest.mark.slow
def test_a_departments_templates_go_in_and_come_out_with_channel_folder_and_days(desk: Desk, tmp_path: Path) -> None:
    file, copy = tmp_path / "sale.toml", tmp_path / "copy.toml"
    file.write_text(DEPARTMENT)
    refused = desk.template("boris", "import", str(file), "--department", "general")
    assert refused.returncode == 4, refused
    assert "may not do this" in refused.stdout

    done = desk.template("anna", "import", str(file), "--department", "general")
    assert done.returncode == 0, done.stderr
    out = desk.template("boris", "export", str(copy), "--department", "general")
    assert out.returncode == 0, out.stderr
    assert read_templates(copy.read_text("utf-8"), copy).templates == read_templates(DEPARTMENT, file).templates

    file.write_text(DEPARTMENT.replace("{>hello}", "{>sale}"))
    looped = desk.template("anna", "import", str(file), "--department", "general")
    assert looped.returncode != 0
    assert "/sale would stand within itself" in looped.stderr
