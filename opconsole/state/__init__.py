"""What the console knows: model, reducer, outbox, sync. Pure: no I/O, no clock, no random; only `opconsole.wire` below it."""
