"""Decodes one picture, in a process of its own with limits: run as a file, not imported.

    python -I child.py WAY WIDTH HEIGHT #rrggbb < picture

`WAY`: `rgb` (three bytes a pixel), `png` or `sixel`; it is made to fit into so many pixels, on a ground of that colour. Out comes a line of
JSON (`width`, `height` of what follows, `original`, `frames`) and the bytes; or `{"code": …}` alone: `broken`, `bomb`, `kind`, `memory`.
"""

import json
import re
import sys
from functools import cache
from typing import Any

MOST_PIXELS = 40_000_000
MOST_SIDE = 30_000
MOST_BYTES = 1 << 30
"""Of address space: a picture of the most pixels, decoded, turned and made smaller, and the interpreter."""
MOST_CPU_S = 10
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_SIXEL_COLOURS = 128


class Bomb(Exception):
    pass


def main() -> int:
    way, width, height, ground = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    limit()
    out = sys.stdout.buffer
    try:
        header, data = decoded(way, max(1, width), max(1, height), ground)
    except Bomb:
        header, data = {"code": "bomb"}, b""
    except MemoryError:
        header, data = {"code": "memory"}, b""
    except Exception as error:  # whatever a decoder stumbles over
        name = type(error).__name__
        code = {"UnidentifiedImageError": "kind", "ModuleNotFoundError": "pillow", "DecompressionBombError": "bomb"}
        header, data = {"code": code.get(name, "broken"), "why": name}, b""
    out.write(json.dumps(header).encode() + b"\n" + data)
    out.flush()
    return 0


def limit() -> None:
    """From here on no more than this. (Where the system has no such limits, the parent's patience is the only one.)"""
    try:
        import resource
    except ImportError:
        return
    for name, most in (
        ("RLIMIT_AS", MOST_BYTES),
        ("RLIMIT_CPU", MOST_CPU_S),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NPROC", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, ValueError, OSError):
            continue


def decoded(way: str, width: int, height: int, ground: str) -> "tuple[dict[str, Any], bytes]":
    import warnings

    from PIL import Image, ImageOps

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(sys.stdin.buffer, formats=FORMATS) as opened:
        original, frames = opened.size, getattr(opened, "n_frames", 1)
        if original[0] * original[1] > MOST_PIXELS or max(original) > MOST_SIDE:
            raise Bomb
        opened.draft("RGB", (width, height))  # a JPEG is decoded no larger than it is needed
        picture: Any = ImageOps.exif_transpose(opened) or opened
        picture = on_ground(picture, ground)
    scale = min(width / picture.width, height / picture.height)
    if scale < 1 or way == "rgb":
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(
            size, Image.Resampling.LANCZOS if scale < 1 else Image.Resampling.NEAREST, reducing_gap=3.0
        )
    header = {"width": picture.width, "height": picture.height, "original": list(original), "frames": frames}
    if way == "png":
        import io

        buffer = io.BytesIO()
        picture.save(buffer, "PNG", compress_level=6)
        return header, buffer.getvalue()
    if way == "sixel":
        return header, sixel(picture).encode()
    return header, picture.tobytes()


def on_ground(picture: Any, ground: str) -> Any:
    """In plain colours, what is transparent shows the ground."""
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        under = Image.new("RGBA", picture.size, ground)
        under.alpha_composite(picture)
        return under.convert("RGB")
    return picture.convert("RGB")


def sixel(picture: Any) -> str:
    """The picture in sixels, without the sequence around: raster attributes, colours, and bands of six lines."""
    from PIL import Image

    reduced = picture.quantize(_SIXEL_COLOURS, method=Image.Quantize.MEDIANCUT)
    palette = reduced.getpalette() or []
    width, height = reduced.size
    pixels = reduced.tobytes()
    parts = [f'"1;1;{width};{height}']
    for number in sorted(set(pixels)):
        red, green, blue = (round(each * 100 / 255) for each in palette[number * 3 : number * 3 + 3])
        parts.append(f"#{number};2;{red};{green};{blue}")
    for top in range(0, height, 6):
        rows = [pixels[y * width : (y + 1) * width] for y in range(top, min(top + 6, height))]
        colours = sorted(set().union(*rows))
        parts.append("$".join(f"#{number}{band(rows, number, width)}" for number in colours) + "-")
    return "".join(parts)


def band(rows: "list[bytes]", number: int, width: int) -> str:
    """One colour of a band: a character a column, its bits the lines from the top; runs are shortened."""
    total = 0
    for line, row in enumerate(rows):
        if number in row:
            total |= int.from_bytes(row.translate(_bit(number, line)), "big")
    text = "".join(map(_SIXELS.__getitem__, total.to_bytes(width, "big"))).rstrip("?")
    return _RUN.sub(lambda found: f"!{len(found[0])}{found[1]}", text)


@cache
def _bit(number: int, line: int) -> bytes:
    """A table that makes this colour the line's bit, and any other nothing."""
    table = bytearray(256)
    table[number] = 1 << line
    return bytes(table)


_SIXELS = [chr(63 + bits) for bits in range(64)]
_RUN = re.compile(r"(.)\1{3,}")


if __name__ == "__main__":
    sys.exit(main())
