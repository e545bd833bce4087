"""What can be done: one function, one transaction each. Both faces call these; nothing else writes.

Functions that only read take a `View`; those that change take the `Desk` and return its `Receipt`.
"""
