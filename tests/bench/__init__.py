"""Measures the desk against plain peers, as ratios inside one run: `make bench`."""
