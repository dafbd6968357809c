"""Pure decisions about chats. No I/O, no clock, no random, no asyncio: time and ids come in from outside.

The way of a command: `decide(state, actor, command, now)` gives a `Decision` (events and an answer) or a `Refusal`; `apply`
numbers the events as records and `evolve`s the state by each. Reading the journal evolves the state by the same records.

    actors commands events outcome refusals errors     the words
    model settings inbox deadlines                     the state
    rules                                              the arithmetic: orders, deadlines, limits
    decide, deciding/                                  what shall happen      (reads the state only)
    evolve, evolving/                                  what has happened      (the only thing that changes it)
    cards audience transcript                          what of it is shown, and to whom
    invariants snapshot                                what always holds; the state as bytes

Where DESIGN.md leaves a choice, it was made so (the reasons stand with the functions):
* A rescued or returned chat waits since its visitor does (`rules.waits_from`), so it stands near the head.
* *Take next* hands nobody what they let go or gave back themselves, unless nothing else waits.
* A debt to a visitor who has left has no rescue, for nobody waits: the chat closes by itself. If the visitor comes back, the
  operator has T1 from then; if the operator is gone, the chat is rescued at once.
* A waiting chat that was never answered ends when its visitor leaves; a taken one stays with its operator for ten minutes more.
* Offline by one's own word gives back what is owed, without blame; the rest goes when its visitor writes. Coming back after a
  real absence sets offline to online; a link that flaps sets nothing.
* A chat that owes can't be snoozed. A snoozed one wakes with its operator if there is room, else in the inbox.
* A limit that sinks takes no chat away. An override holds only as long as the chats that it gave.
* Visitors are known from their first words on. Presence is the site's chat's alone.
"""
