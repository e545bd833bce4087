"""Stories of who may act where, on the screen."""
