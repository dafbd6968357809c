"""hunspell in a process of its own: run as a file, not imported. A line of JSON in, a line of JSON out; it ends when its input does.

{"load": {"latin": "/folder/en_US"}}          -> {"loaded": ["latin"]}
{"check": [["latin", "helo"], …]}             -> {"wrong": ["helo"]}
{"suggest": ["latin", "helo"]}                -> {"words": ["hello", …]}
"""

import json
import os
import sys
from typing import Any


def main() -> None:
    if hasattr(os, "nice"):
        os.nice(10)  # the console's keys come first
    from hunspell import Hunspell

    spellers: dict[str, Any] = {}
    for line in sys.stdin:
        request = json.loads(line)
        answer: dict[str, list[str]] = {}
        if "load" in request:
            for script, path in request["load"].items():
                folder, name = os.path.split(path)
                try:
                    spellers[script] = Hunspell(name, hunspell_data_dir=folder)
                except (OSError, UnicodeError):
                    continue
            answer["loaded"] = list(spellers)
        elif "check" in request:
            answer["wrong"] = [word for script, word in request["check"] if not _right(spellers.get(script), word)]
        else:
            script, word = request["suggest"]
            answer["words"] = _suggestions(spellers.get(script), word)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _right(speller: Any, word: str) -> bool:
    """What the dictionary's encoding can't hold it can't judge."""
    try:
        return speller is None or bool(speller.spell(word))
    except UnicodeError:
        return True


def _suggestions(speller: Any, word: str) -> list[str]:
    try:
        return list(speller.suggest(word)) if speller is not None else []
    except UnicodeError:
        return []


if __name__ == "__main__":
    main()
