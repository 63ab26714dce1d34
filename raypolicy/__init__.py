"""raypolicy: a policy-as-code rule engine and offline auditor for Ray on Kubernetes."""

from __future__ import annotations

__version__ = "0.1.0"
