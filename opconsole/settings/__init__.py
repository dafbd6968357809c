"""Settings of the console: what they are, the file that holds them, and the folders of this user.

A leaf: it knows nothing of screens, links or the relay, and is light at import (the TOML readers and platformdirs are imported
when they are needed).

    loaded = load_settings(speak=True)          # never fails: a bad key gets its default, and a `Problem` that says so
    loaded.settings.theme
    save_setting("warnings.rescue.bell", False)
"""

from opconsole.settings.file import Loaded, forget_setting, load_settings, save_setting
from opconsole.settings.folders import config_dir, config_file, data_dir, downloads_dir, state_dir, themes_dirs
from opconsole.settings.model import Alert, KeymapName, Keyring, Lang, Macro, Settings, Warnings
from opconsole.settings.problems import Problem, nearest

__all__ = [
    "Alert",
    "KeymapName",
    "Keyring",
    "Lang",
    "Loaded",
    "Macro",
    "Problem",
    "Settings",
    "Warnings",
    "config_dir",
    "config_file",
    "data_dir",
    "downloads_dir",
    "forget_setting",
    "load_settings",
    "nearest",
    "save_setting",
    "state_dir",
    "themes_dirs",
]
