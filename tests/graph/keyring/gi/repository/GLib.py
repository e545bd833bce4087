from gi import Error

__all__ = ["Error"]
