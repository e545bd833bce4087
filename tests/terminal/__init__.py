"""The real program on a real terminal: bytes in, bytes out."""
