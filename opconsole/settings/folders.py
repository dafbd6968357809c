"""Where this user's files are. `OPCONSOLE_HOME=DIR` puts them all below DIR (tests, the demo, a stick). Makes no folder."""

import os
from pathlib import Path

_NAME = "opconsole"


def _below_home(part: str) -> Path | None:
    home = os.environ.get("OPCONSOLE_HOME")
    return Path(home).expanduser() / part if home else None


def config_dir() -> Path:
    """What the user writes: `config.toml`, own themes."""
    if (folder := _below_home("config")) is not None:
        return folder
    from platformdirs import user_config_path

    return user_config_path(_NAME, appauthor=False)


def data_dir() -> Path:
    """What must not be lost: the relay's journal, a token where there is no keyring."""
    if (folder := _below_home("data")) is not None:
        return folder
    from platformdirs import user_data_path

    return user_data_path(_NAME, appauthor=False)


def state_dir() -> Path:
    """What the console keeps between two starts: the outbox, drafts, logs."""
    if (folder := _below_home("state")) is not None:
        return folder
    from platformdirs import user_state_path

    return user_state_path(_NAME, appauthor=False)


def downloads_dir(wish: str = "") -> Path:
    """Where files of chats are saved. `wish`: the setting `downloads`; empty: the folder that this desktop has for that."""
    if wish:
        return Path(os.path.expanduser(wish))
    if (folder := _below_home("downloads")) is not None:
        return folder
    from platformdirs import user_downloads_path

    return user_downloads_path()


def config_file() -> Path:
    return config_dir() / "config.toml"


def themes_dirs() -> tuple[Path, ...]:
    """Folders with themes, the packaged ones first: a user's theme of the same name wins."""
    package = Path(__file__).resolve().parent.parent
    packaged = package / "themes"
    if not packaged.is_dir():  # a checkout: the themes stand at its top
        packaged = package.parent / "themes"
    return (packaged, config_dir() / "themes")
