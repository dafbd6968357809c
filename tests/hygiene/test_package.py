"""What the wheel holds: a user who installs it must get the themes and the translations."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_wheel_holds_themes_translations_and_the_widget(tmp_path: Path) -> None:
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    run = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    themes = {f"opconsole/themes/{path.name}" for path in (ROOT / "themes").glob("*.toml")}
    assert len(themes) >= 4
    assert themes <= names
    assert "opconsole/locale/ru/LC_MESSAGES/opconsole.mo" in names
    assert "server_stub/edge/widget/widget.js" in names or any(name.endswith("/widget.js") for name in names)
    assert any(name.startswith("server_stub/journal/migrations/versions/") for name in names)
    assert any(name.endswith("starter/templates.toml") for name in names)
    assert "opconsole/cli/web/page.html" in names
    assert not [name for name in names if name.startswith("tests/")]
