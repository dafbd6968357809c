"""Pure decisions about chats. No I/O, no clock, no random, no asyncio: time and ids come in from outside."""
