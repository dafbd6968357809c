from collections.abc import AsyncIterator

import pytest_asyncio

from tests.unit.search.records import Diary


@pytest_asyncio.fixture
async def diary() -> AsyncIterator[Diary]:
    diary = Diary()
    yield diary
    await diary.index.close()
