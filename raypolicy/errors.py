"""What the user got wrong about the tool itself. Not here: mistakes in manifests (`findings`)."""

from __future__ import annotations


class UsageError(Exception):
    """An option, a configuration or a rule file that can't be used: exit status 2."""
