"""KubeRay's own samples that KubeRay takes have no errors, but for what breaks at run time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import kuberay
import pytest
import yaml
from sources import KINDS, text

from raypolicy.config import Options
from raypolicy.findings import Severity
from raypolicy.run import check

pytestmark = pytest.mark.oracle

CORPUS: Final = Path(os.environ.get("RAYPOLICY_CORPUS") or "nowhere")
SAMPLES: Final = CORPUS / "ray/ray-project__kuberay/ray-operator/config/samples"
RELEASE: Final = next((r for r in kuberay.KNOWN if kuberay.available(r) is None), None)
AT_RUN_TIME: Final = {
    "tpu-hosts-mismatch": "a TPU slice starts only once all its hosts are there",
    "unreadable-command": "bash cannot read the command, so no worker starts",
    "worker-ray-mismatch": "Ray refuses a worker with another Ray than the head's",
}
"""The rules that find errors in accepted samples, and what breaks when these run."""


def accepted(release: str) -> Iterator[Path]:
    """The samples of which every Ray resource passes all gates, with all feature gates on."""
    on = sorted(f"{gate}=true" for gate in kuberay.feature_gates(release))
    files = {path: _resources(path) for path in sorted(SAMPLES.rglob("*.yaml"))}
    owners = [(path, resource) for path, found in files.items() for resource in found]
    answers = kuberay.Oracle(release, tuple(on)).judge(resource for _, resource in owners)
    refused = {
        path for (path, _), answer in zip(owners, answers, strict=True) if not _sound(answer)
    }
    yield from (path for path, found in files.items() if found and path not in refused)


def _resources(path: Path) -> list[str]:
    read = yaml.load_all(path.read_text("utf-8"), yaml.CSafeLoader)
    return [text(each) for each in read if isinstance(each, dict) and each.get("kind") in KINDS]


def _sound(answer: kuberay.Verdict) -> bool:
    found = (answer.error, answer.schema, answer.pruned, answer.webhook, answer.operator)
    return not any((*found, answer.creation))


@pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="RAYPOLICY_CORPUS names no folder with the samples"
)
@pytest.mark.skipif(RELEASE is None, reason="no oracle is built: oracle/build.sh builds those of some releases")  # fmt: skip
def test_errors_in_accepted_samples_are_of_the_run_time() -> None:
    assert RELEASE is not None
    sound = [str(path) for path in accepted(RELEASE)]
    assert len(sound) > 50
    gates = tuple(sorted(kuberay.feature_gates(RELEASE)))
    options = Options(target_kuberay=RELEASE, feature_gates=gates)
    errors = [f for f in check(sound, options).findings if f.severity is Severity.ERROR]
    invented = [f"{f.span} {f.message}" for f in errors if f.rule.id not in AT_RUN_TIME]
    assert invented == []
    assert {f.rule.id for f in errors} == set(AT_RUN_TIME)
