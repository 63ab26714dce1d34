"""raypolicy: a policy-as-code rule engine and offline auditor for Ray on Kubernetes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from raypolicy.config import Options
    from raypolicy.findings import Report

__version__ = "0.1.0"
__all__ = ["__version__", "check"]


def check(*paths: str, text: str | None = None, options: Options | None = None) -> Report:
    """Audit files and directories, or a text that is a stream of YAML documents.

    What is wrong with the manifests is in the report, unreadable ones included. Raises
    raypolicy.errors.UsageError for options or rule files that can't be used.
    """
    from raypolicy.inputs.files import RawFile
    from raypolicy.run import check as run

    stream = None if text is None else RawFile("<text>", None, text.encode())
    return run(paths, options, stream=stream)
