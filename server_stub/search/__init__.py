"""Full-text search over what was said, and past answers to hint at: an index in a file of its own, made from the journal.

The index follows the journal after each commit, in a thread of its own, and never holds a commit up. It is a cache: when it is
missing, damaged, of another version or of another journal, it is made anew. What the journal has erased it forgets too, so that not
a byte of it stays in the file. Who may be shown what is not decided here (`desk.audience.reach`), but every question brings it along.

    words.py      text into words and their stems; what a query means
    tables.py     the file: its tables, its version
    following.py  the journal's records into the tables
    answers.py    the team's answers, each once, with who said them how often, and after which question
    finding.py    a search: newest first, bounded in time
    hinting.py    past answers that fit what is being typed
    index.py      the threads, and what must be made anew when
"""
