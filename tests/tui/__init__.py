"""Stories told with keys: what the operator presses, and what stands on the screen then."""
