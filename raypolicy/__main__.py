"""`python -m raypolicy` is the console script."""

from raypolicy.cli import main

main(prog_name="raypolicy")
