"""The samples of searches and hints, for `samples.py`."""

from typing import Final

from opconsole.wire import search as q

NOON: Final = 1_767_268_800_000

UP: Final[list[q.Search | q.Hints]] = [
    q.Search(id="c20", text='kettle "free return" -card retu'),
    q.Search(
        id="c21",
        visitor="anna",
        operator="maria",
        channel="site",
        since=NOON - 86_400_000,
        until=NOON,
        least=2,
        most=4,
        mine=True,
        before=41,
        limit=10,
    ),
    q.Hints(id="c22", chat=7, text="Добрый день! Зак"),
]

DOWN: Final[list[q.Found | q.Hinted]] = [
    q.Found(
        id="c20",
        hits=[
            q.Hit(
                chat=3,
                n=4,
                at=NOON,
                by="ivan",
                name="Ivan",
                note=True,
                visitor="Анна",
                rating=5,
                snippet="… бесплатно вернуть чайник …",
                marks=[2, 9],
            ),
            q.Hit(chat=2, n=1, by="visitor", snippet="вернуть"),
        ],
        next=37,
    ),
    q.Found(id="c21", state="building", done=400, total=1000),
    q.Hinted(
        id="c22",
        chat=7,
        hints=[
            q.Hint(text="Добрый день! Заказ в пути.", said=12, by="maria", name="Maria", at=NOON, rating=5, mine=True),
            q.Hint(text="Добрый день! Заказ ещё не собран.", by="ivan", name="Ivan", at=NOON),
        ],
    ),
]
