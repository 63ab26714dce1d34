"""What the operator makes of what is written, with provenance. Not here: whether it is wise."""
