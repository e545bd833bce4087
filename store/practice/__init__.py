"""A practice Microsoft cloud: the same HTTP, no tenant needed, and rules of its own."""
