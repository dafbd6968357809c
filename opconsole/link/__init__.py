"""The one owner of the socket: reconnect policy, login, token in the system keyring. Knows nothing of screens."""
