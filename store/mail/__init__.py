"""Mail: made of a letter, carried to a server, and read from a folder."""
