"""The whole flows: from an offer to its letter, its reminder and its answer."""
