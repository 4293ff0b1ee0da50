"""How the tables came about, in one line of numbered steps, each of which can be taken back.

To add one: a module in `versions` whose `down_revision` is today's HEAD, `tables.py` to match, and HEAD set to it. It
says what it does with Alembic's `op` alone, never with `tables.py`, which goes on changing.
"""

HEAD = "0002"
