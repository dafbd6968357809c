"""`make audit`: pip-audit over the exact versions of `constraints.txt`, in an environment of its own.

Its source is a database on the network, which a machine that reaches package registries only may not reach. Then this fails
and says so: no answer is not a good answer. (pip-audit alone would call such a run clean.) Exit codes: 0 every version was
looked up and none is known to be vulnerable; 1 some are; 2 it could not be found out.
"""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "constraints.txt"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        venv.create(home, with_pip=True)
        python = home / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pip-audit"], check=True)
        found = subprocess.run(
            [
                *(python, "-m", "pip_audit", "-r", PINS, "--no-deps", "--disable-pip"),
                *("--format", "json", "--progress-spinner", "off", "--timeout", "20"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    return verdict(found.stdout, found.stderr)


def verdict(report: str, said: str) -> int:
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        print(
            f"audit: the vulnerability database can't be reached, so NOTHING was checked:\n{said[-500:]}",
            file=sys.stderr,
        )
        return 2
    bad = [package for package in packages if package.get("vulns")]
    unknown = [package for package in packages if "skip_reason" in package]
    for package in bad:
        names = ", ".join(each["id"] for each in package["vulns"])
        print(f"audit: {package['name']} {package.get('version', '')}: {names}")
    if unknown or not packages:
        print(
            f"audit: the vulnerability database knew {len(packages) - len(unknown)} of {len(packages)} packages; the others "
            "were NOT checked (is it out of reach from here?)",
            file=sys.stderr,
        )
        return 1 if bad else 2
    print(f"audit: {len(packages)} packages, {len(bad)} with known vulnerabilities")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
