"""Two dictionaries of a few words each, in hunspell's format and in the encodings that Debian's have."""

from pathlib import Path

_ENGLISH = ["hello", "world", "order", "parcel", "the", "usb"]
_RUSSIAN = ["привет", "заказ", "кабель", "здравствуйте"]


def write(folder: Path, *names: str) -> None:
    """`names`: `en_US`, `ru_RU`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        words, encoding = (_ENGLISH, "UTF-8") if name.startswith("en") else (_RUSSIAN, "KOI8-R")
        letters = "abcdefghijklmnopqrstuvwxyz" if name.startswith("en") else "абвгдежзийклмнопрстуфхцчшщъыьэюя"
        (folder / f"{name}.aff").write_bytes(f"SET {encoding}\nTRY {letters}\n".encode(encoding))
        (folder / f"{name}.dic").write_bytes("\n".join([str(len(words)), *words, ""]).encode(encoding))
