"""The reference relay: takes visitors' messages in, decides about chats, stores, and shows each session what it may see."""
