"""The rules, without any input or output: what follows from what is recorded."""
