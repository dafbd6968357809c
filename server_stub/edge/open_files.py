"""How many sessions the system lets this process have: each is an open file, and many systems allow a thousand by default."""

import resource

from server_stub.edge import bounds


def room_for_sessions(most: int = bounds.SESSIONS) -> int:
    """Raise the limit of open files as far as needed and allowed. How many sessions fit beneath it (`most` at most).

    Some files are kept free for the journal and the rest: a relay without them could take in visitors, but not store a word.
    """
    wanted = most + bounds.OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if soft != unlimited and soft < wanted:
        raised = wanted if hard == unlimited else min(wanted, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
            soft = raised
        except (OSError, ValueError):
            pass  # not ours to raise: what is allowed must do
    return most if soft == unlimited else max(1, min(most, soft - bounds.OTHER_FILES))
