from gi.repository import GLib, Secret

__all__ = ["GLib", "Secret"]
