"""One module for each group of events: what has happened, applied to the state. Nothing here decides or can be refused."""
