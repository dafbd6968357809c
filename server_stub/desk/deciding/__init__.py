"""One module for each group of commands: what shall happen. Each function reads the state and returns a decision or a refusal.

Common shape: `(state, who, command, now)`, `who` being the operator's or visitor's record. Ids seen before, monitors, unknown
and blocked people are dealt with before (`decide`).
"""
