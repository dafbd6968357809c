"""Makes `widget.js` of its modules in `script/`: one script without dependencies, as sites want it.

The modules are ordinary ES modules, so editors and type checkers understand them; the bundle is those same lines in order,
without `import`, `export` and comment lines, in one function scope. No minifier: gzip does most of the work, and a site's developer
can read what runs on the page. Names at the top level must therefore be unique across the modules, which is checked.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "script"
ENTRY: Final = "widget.js"

_IMPORT: Final = re.compile(r"^import \{[^}]*\} from \"\./([\w-]+\.js)\";\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async function|function|class|const|let)\b)", re.MULTILINE)
_TOP: Final = re.compile(r"^(?:async function|function|class|const|let) (\w+)", re.MULTILINE)
_COMMENT: Final = re.compile(r"^[ \t]*(?://.*|/\*\*(?:[^*]|\*(?!/))*\*/[ \t]*)\n", re.MULTILINE)
"""Lines that are nothing but a comment. In a string of several lines there must be none that looks so."""
_STRAY: Final = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


class BundleBroken(Exception):
    """The modules don't make one script; the text says which and why. Raised when the relay starts."""


def widget_script(folder: Path = FOLDER) -> str:
    """The text of `widget.js`. The stylesheet goes in as the constant `STYLE`."""
    style = (folder / "widget.css").read_text("utf-8")
    parts = [f"const STYLE = {json.dumps(style, ensure_ascii=False)};\n"]
    owners: dict[str, str] = {"STYLE": "widget.css"}
    for name, text in _modules(folder):
        body = _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", text)))
        if stray := _STRAY.search(body):
            raise BundleBroken(f'{name}: only `import {{…}} from "./x.js"` and exported declarations: {stray[0]}')
        for found in _TOP.findall(body):
            if found in owners:
                raise BundleBroken(f"{name}: `{found}` is already declared in {owners[found]}")
            owners[found] = name
        parts.append(f"// ---- {name}\n{body}")
    return '/* opconsole chat widget, Apache-2.0 */\n(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n"


def _modules(folder: Path) -> Iterator[tuple[str, str]]:
    """Names and texts of the modules, each after those that it imports."""
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        if name in path:
            raise BundleBroken(f"modules import each other in a circle: {' → '.join((*path, name))}")
        if name in done:
            return
        text = (folder / name).read_text("utf-8")
        for needed in _IMPORT.findall(text):
            yield from visit(needed, (*path, name))
        done.add(name)
        yield name, text

    yield from visit(ENTRY, ())
