"""How it is remembered: TinyDB tables over an append-only, chained journal of transactions.

From the bottom: `files` (every call that changes a disk), `line` (one transaction as one JSON
line), `rows` and `state` (the tables those lines add up to), `segments`, `current` and `base`
(the files of lines, which of them is written, and the cache that spares replaying all of them),
`lock` and `folder`, then `journal` (the files together), `storage` and `tables` (TinyDB over it),
and `verify` and `rescue`.
"""
