from typing import Any, cast

import pytest
from textual.app import App
from textual.driver import Driver


class WrittenDriver:
    """Stands in for a terminal's driver and keeps what is written."""

    is_headless = False

    def __init__(self) -> None:
        self.written = ""
        self.started = True

    def write(self, data: str) -> None:
        assert self.started, "as Textual's driver does outside of application mode"
        self.written += data

    def flush(self) -> None:
        pass


@pytest.fixture
def driver() -> WrittenDriver:
    return WrittenDriver()


@pytest.fixture
def app(driver: WrittenDriver) -> App[Any]:
    app: App[Any] = App()
    app._driver = cast(Driver, driver)
    return app
