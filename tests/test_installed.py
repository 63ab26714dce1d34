"""What a bundle says of the operator that it installs, as a table."""

from __future__ import annotations

import pytest

from raypolicy.audit import aim_for
from raypolicy.bundle import make_bundle
from raypolicy.installed import Installed, installed
from raypolicy.model import Aim
from raypolicy.releases import kuberay
from raypolicy.source import SourceFile

RAY = "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: dev}\nspec: {}\n---\n"
IMAGE = "image: quay.io/kuberay/operator:v1.6.0\n"
TEXTS = [
    # the rest of the manifest, the release of the operator, its gates
    ("", None, ()),
    (IMAGE, "1.6.0", ()),
    (f"{IMAGE}other: kuberay/operator:v1.7.0\n", None, ()),
    (f"{IMAGE}args: ['--feature-gates=RayCronJob=true,RayClusterMTLS=false']\n", "1.6.0", ("RayCronJob",)),
    (f"{IMAGE}args:\n- --feature-gates\n- RayCronJob=true\n", "1.6.0", ()),
    (f"{IMAGE}# --feature-gates=RayCronJob=true\n", "1.6.0", ()),
    ("args: ['--feature-gates=RayCronJob=true']\n", None, ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "release", "gates"), TEXTS)
def test_what_is_installed(text: str, release: str | None, gates: tuple[str, ...]) -> None:
    bundle = make_bundle("", [SourceFile("a.yaml", RAY + text)])
    assert installed(bundle) == Installed(release, gates)


def test_gates_of_both_count_and_unknown_ones_do_not() -> None:
    text = f"{RAY}{IMAGE}args: ['--feature-gates=RayCronJob=true,AllAlpha=true']\n"
    bundle = make_bundle("", [SourceFile("a.yaml", text)])
    aim = Aim(kuberay("1.7"), "2026-01-01", ("RayClusterMTLS",), named=True)
    found = aim_for(bundle, aim)
    assert (str(found.release.version), found.gates) == ("1.7.0", ("RayClusterMTLS", "RayCronJob"))
