"""Widgets drawn by line: chat lists, transcript, visitor, bars. Each holds its cursor and scroll; what it draws it reads from the store."""
