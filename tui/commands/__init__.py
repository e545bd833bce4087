"""The command line: the same actions as the screens, one at a time, as text or JSON.

Nothing here may import textual: a command starts like a command.
"""
