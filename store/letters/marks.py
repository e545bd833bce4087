"""What stands around every value of a letter until it is written down in one of its forms."""

BEGIN, END = "\x02", "\x03"
"""So that no value can pass for a block's mark or for markup. None holds these characters itself:
`harmless` has replaced them."""
