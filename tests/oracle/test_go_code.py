"""Go's own checks of the oracle's code. Not here: what it answers (`test_kuberay_oracle`)."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from kuberay import BUILT, KNOWN, ORACLE

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed"),
]


def run(*command: str) -> str:
    done = subprocess.run(command, cwd=ORACLE, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_formatted() -> None:
    assert run("gofmt", "-l", ".") == ""


@pytest.mark.parametrize("release", KNOWN)
def test_vetted(release: str) -> None:
    """Each release has files of its own."""
    pins = BUILT / f"{release}.mod"
    if not pins.exists() or not (BUILT / f"oracle-{release}").exists():
        pytest.skip(f"KubeRay {release} is not built here")
    tag = "kuberay" + "_".join(release.split(".")[:2])
    assert run("go", "vet", f"-modfile={pins}", f"-tags={tag}", "./...") == ""
