"""`python -m magwise` is the command line."""

from magwise.adapters.cli import run

run()
