"""The script of its modules: order, scope, and the mistakes that must be found when the relay starts."""

import re
from pathlib import Path

import pytest

from server_stub.desk.model import VISITOR_IDS
from server_stub.edge.widget.bundle import ENTRY, FOLDER, BundleBroken, widget_script


def modules(folder: Path, **texts: str) -> Path:
    (folder / "widget.css").write_text(':host { content: "</script>"; }\n')
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text)
    return folder


def test_a_module_comes_once_and_after_what_it_needs(tmp_path: Path) -> None:
    folder = modules(
        tmp_path,
        widget='import { a } from "./a.js";\nimport { b } from "./b.js";\na(b);\n',
        a='import { b } from "./b.js";\nexport function a() { return b; }\n',
        b="export const b = 1;\n",
    )
    script = widget_script(folder)
    assert re.findall(r"^// ---- (.*)$", script, re.MULTILINE) == ["b.js", "a.js", "widget.js"]
    assert "import" not in script
    assert "export" not in script


def test_an_import_may_take_several_lines(tmp_path: Path) -> None:
    folder = modules(
        tmp_path,
        widget='import {\n  a,\n  b,\n} from "./a.js";\na(b);\n',
        a="export const a = 1;\nexport const b = 2;\n",
    )
    assert "import" not in widget_script(folder)


def test_comments_stay_at_home_and_what_looks_like_one_does_not(tmp_path: Path) -> None:
    text = """// The entry.
/**
 * A doc * of several / lines.
 */
  // indented
const address = "https://example.org"; // kept, after code
/** @type {string} */
const glob = "/**/*.js";
const a = /** @type {any} */ (address);
"""
    script = widget_script(modules(tmp_path, widget=text))
    body = script.split("// ---- widget.js\n")[1]
    assert body == (
        'const address = "https://example.org"; // kept, after code\n'
        'const glob = "/**/*.js";\n'
        "const a = /** @type {any} */ (address);\n"
        "})();\n"
    )


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ({"widget": 'import { a } from "./a.js";\n', "a": 'import { w } from "./widget.js";\n'}, "circle"),
        ({"widget": 'import { a } from "./a.js";\nconst x = 1;\n', "a": "const x = 2;\n"}, "already declared in a.js"),
        ({"widget": 'import a from "./a.js";\n', "a": ""}, "import a from"),
        ({"widget": "export default 1;\n"}, "export default 1"),
    ],
)
def test_modules_that_make_no_script_are_refused_with_the_reason(
    tmp_path: Path, texts: dict[str, str], reason: str
) -> None:
    with pytest.raises(BundleBroken, match=re.escape(reason)):
        widget_script(modules(tmp_path, **texts))


def test_no_module_turns_text_into_markup_or_code() -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|DOMParser|createContextualFragment"
    )
    found = [path.name for path in FOLDER.glob("*.js") if forbidden.search(path.read_text("utf-8"))]
    assert found == []


def test_no_module_is_too_long_to_hold_in_the_head() -> None:
    files = [path for path in FOLDER.parent.rglob("*") if path.suffix in {".js", ".css", ".html", ".svg", ".toml"}]
    long = [path.name for path in files if len(path.read_text("utf-8").splitlines()) > 400]
    assert long == []


def test_every_module_is_in_the_script() -> None:
    script = widget_script()
    names = set(re.findall(r"^// ---- (.*)$", script, re.MULTILINE))
    assert names == {path.name for path in FOLDER.glob("*.js")}
    assert ENTRY in names


def test_the_outbox_holds_less_than_the_relay_remembers_of_a_visitor() -> None:
    """Otherwise what is sent again after a long silence could be stored twice."""
    found = re.search(r"^const MOST = (\d+);$", (FOLDER / "outbox.js").read_text("utf-8"), re.MULTILINE)
    assert found is not None
    assert int(found[1]) < VISITOR_IDS
