"""What keeps something for a cluster: the Secret of its token, the claim for the state of its GCS.

Source: KubeRay `controllers/ray/raycluster_controller.go`, reconcileAuthSecret and
reconcileGCSStoragePVC; `common/gcs_ft.go`, BuildGCSStoragePVC.
"""

from __future__ import annotations

from typing import Final

from raypolicy.effective.podlabels import CLUSTER
from raypolicy.made.building import built, filled, injected, is_true, leaf, listed, text
from raypolicy.made.ingresses import checked
from raypolicy.made.parts import Part, at, value
from raypolicy.made.plan import Plan
from raypolicy.made.services import head_of
from raypolicy.tree import INJECTED, Unknown

_TOKEN: Final = Unknown("a random token")


def auth_secret(plan: Plan) -> dict[str, Part] | None:
    """The Secret with Ray's token: of every cluster with authOptions whose mode isn't disabled,
    unless a Secret is named, or Kubernetes does the asking.
    """
    options = at(plan.spec, "authOptions")
    if options is None or value(options, "mode") == "disabled":
        return None
    if not plan.release.has("token-auth"):
        return None
    named = filled(options, "secretName") is not None or is_true(options, "enableK8sTokenAuth")
    if named and plan.release.has("k8s-token-auth"):
        return None
    name = plan.name
    form = {
        **head_of(plan, "v1", "Secret", checked("{}", name), {CLUSTER: injected(name)}),
        "stringData": {"auth_token": plan.place.put(_TOKEN, how=INJECTED)},
    }
    made: dict[str, Part] = built(plan.place, form)
    return made


def gcs_claim(plan: Plan) -> dict[str, Part] | None:
    """The claim for a GCS that keeps its state on disk, where none is named."""
    options = at(plan.spec, "gcsFaultToleranceOptions")
    storage = at(options, "storage")
    if not plan.release.has("embedded-gcs-storage") or value(options, "backend") != "rocksdb":
        return None
    if filled(storage, "claimName") is not None:
        return None
    name = plan.name
    form = {
        **head_of(
            plan, "v1", "PersistentVolumeClaim", text("{}-gcs-pvc", name), {CLUSTER: injected(name)}
        ),
        "spec": {
            "accessModes": listed(at(storage, "accessModes")) or ["ReadWriteOnce"],
            "storageClassName": leaf(storage, "storageClassName"),
            "resources": {"requests": {"storage": leaf(storage, "size") or "1Gi"}},
        },
    }
    made: dict[str, Part] = built(plan.place, form)
    return made
