"""Spelling: which words of a text are misspelt, in English and Russian at once, by hunspell's dictionaries.

A leaf: it knows nothing of screens, chats or the link. hunspell works in a process of its own (`child.py`): loading a dictionary holds
Python's lock for longer than a key may wait, and a fault of a C++ library, or a suggestion that it looks for too long, must not be the
console's. That process is started by the first typing, and ends with ours, however that ends.
"""
