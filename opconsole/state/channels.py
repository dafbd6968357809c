"""Short marks of channels, as lists show them and filters take them."""

from typing import Final

MARKS: Final = {
    "site": "web",
    "telegram": "tg",
    "whatsapp": "wa",
    "email": "@",
    "vk": "vk",
    "viber": "vb",
    "max": "max",
}
CHANNEL_OF: Final = {mark: channel for channel, mark in MARKS.items()}
