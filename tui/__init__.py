"""What the operator sees and types: the screens, and the same actions as commands."""
