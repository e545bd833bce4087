"""Canary passwords and tokens through every path: where they go is known, and nowhere else."""
