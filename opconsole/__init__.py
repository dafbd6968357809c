"""opconsole: the terminal from which support operators work their live chats."""

__version__ = "0.1.0"
