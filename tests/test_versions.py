"""What is true of versions: of Ray where one is named or must be, of the API, of published images.

A value is compared by its text; `unknown` and `absent` are what they say.
"""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, cluster, fact, model, node, told

from raypolicy.effective import apiversion, gates
from raypolicy.images import ImageRef, read_tag
from raypolicy.published import never_released, unpublished_suffix
from raypolicy.releases import is_ray_release, kuberay
from raypolicy.tree import root_of
from raypolicy.values import Version

# rayVersion as KubeRay reads it

READ = [
    # rayVersion, the release, whether there is one
    ("2.9.0", "2.9.0", "true"),
    ("'2.9'", "2.9.0", "true"),
    ("v2.52.1", "2.52.1", "true"),
    ("' 2.52.1'", "2.52.1", "true"),
    ("2.52.0rc1", "2.52.0", "true"),
    ("2.52.0.4c2aff", "2.52.0", "true"),
    ("3.0.0.dev0", "3.0.0", "true"),
    ("2.52.x", "2.52.0", "true"),
    ("'2.09.1'", "2.9.1", "true"),
    ("latest", UNKNOWN, "false"),
    ("nightly-py312", UNKNOWN, "false"),
    ("'2'", UNKNOWN, "false"),
    ("'02.9'", UNKNOWN, "false"),
    ("ray-2.9.0", UNKNOWN, "false"),
    ("''", ABSENT_TEXT, ABSENT_TEXT),
    ("~", ABSENT_TEXT, ABSENT_TEXT),
    ("2.9", UNKNOWN, UNKNOWN),
    ("[2.9.0]", UNKNOWN, UNKNOWN),
    ("$RAY_VERSION", UNKNOWN, UNKNOWN),
    ("'{{ v }}'", UNKNOWN, UNKNOWN),
]


@pytest.mark.parametrize(("written", "version", "readable"), READ, ids=[row[0] for row in READ])
def test_ray_version_as_kuberay_reads_it(written: str, version: str, readable: str) -> None:
    text = cluster(spec=f"rayVersion: {written}")
    assert fact(text, "declared_ray.version") == version
    assert fact(text, "declared_ray.readable") == readable


NUMBERS = [
    ("2.10", "2.10"),
    ("2", "2"),
    ("2.9.0", ABSENT_TEXT),
    ("'2.10'", ABSENT_TEXT),
    ("true", ABSENT_TEXT),
    ("2e1", "2e1"),
    ("-2.9", "-2.9"),
]


@pytest.mark.parametrize(("written", "number"), NUMBERS)
def test_ray_version_that_is_a_number(written: str, number: str) -> None:
    assert fact(cluster(spec=f"rayVersion: {written}"), "declared_ray.number") == number


def test_what_is_too_long_is_no_release() -> None:
    assert gates.read("2.1234567") is None
    assert gates.read("9" * 5000 + ".1") is None


TOKEN = "authOptions: {mode: token}"
K8S = "authOptions: {mode: token, enableK8sTokenAuth: true}"
DEMANDS = [
    # spec, worker group, target, the release that rayVersion must name at least
    (TOKEN, "groupName: w", None, "2.52.0"),
    (TOKEN, "groupName: w", "1.5", "2.52.0"),
    (TOKEN, "groupName: w", "1.5.0", ABSENT_TEXT),
    (K8S, "groupName: w", None, "2.55.0"),
    (K8S, "groupName: w", "1.5", "2.52.0"),
    (K8S, "groupName: w, priority: 5", None, "2.56.0"),
    (K8S, "groupName: w, priority: 5", "1.6", "2.55.0"),
    ("authOptions: {mode: disabled, enableK8sTokenAuth: true}", "groupName: w", None, ABSENT_TEXT),
    ("authOptions: {}", "groupName: w", None, ABSENT_TEXT),
    ("authOptions: {mode: $MODE}", "groupName: w", None, ABSENT_TEXT),
    ("suspend: false", "groupName: w, priority: 0", None, ABSENT_TEXT),
    ("suspend: false", "groupName: w, priority: -1", None, "2.56.0"),
    ("suspend: false", "groupName: w, priority: high", None, ABSENT_TEXT),
    ("suspend: false", "groupName: w", None, ABSENT_TEXT),
]


@pytest.mark.parametrize(("spec", "worker", "target", "demanded"), DEMANDS)
def test_what_depends_on_ray_version(
    spec: str, worker: str, target: str | None, demanded: str
) -> None:
    text = cluster(spec=spec, worker=worker)
    assert fact(text, "declared_ray.demanded", target) == demanded
    alpha = text.replace("ray.io/v1", "ray.io/v1alpha1")
    assert fact(alpha, "declared_ray.demanded", target) == ABSENT_TEXT


def test_what_demands_a_release_is_at_its_place() -> None:
    text = cluster(spec=TOKEN)
    found = node(model(text), "declared_ray.demanded_by")
    assert told(found) == "authOptions.mode: token"
    assert found.span.text == "token"


AUTH = [
    (TOKEN, None, "true"),
    ("authOptions: {mode: disabled}", None, "false"),
    ("authOptions: {secretName: s}", None, "false"),
    ("suspend: false", None, "false"),
    ("authOptions: {mode: $MODE}", None, UNKNOWN),
    ("authOptions: $AUTH", None, UNKNOWN),
    (TOKEN, "1.4", "false"),
]


@pytest.mark.parametrize(("spec", "target", "on"), AUTH)
def test_token_auth(spec: str, target: str | None, on: str) -> None:
    assert fact(cluster(spec=spec), "token_auth", target) == on


AUTOSCALER = [
    ("enableInTreeAutoscaling: true", ABSENT_TEXT),
    ("enableInTreeAutoscaling: true, autoscalerOptions: {image: 'rayproject/ray:2.9.3'}", "2.9.3"),
    ("enableInTreeAutoscaling: true, autoscalerOptions: {image: $I}", UNKNOWN),
    ("autoscalerOptions: {image: 'rayproject/ray:2.9.3'}", ABSENT_TEXT),
    ("enableInTreeAutoscaling: $X, autoscalerOptions: {image: 'rayproject/ray:2.9.3'}", ABSENT_TEXT),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "ray"), AUTOSCALER)
def test_autoscaler_image(spec: str, ray: str) -> None:
    text = f"apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {{name: a}}\nspec: {{{spec}}}\n"
    assert fact(text, "autoscaler_image.ray_version") == ray


# Images

RELEASES = [
    ("2.9.3", False),
    ("2.9.0rc0", False),
    ("2.9.4", True),
    ("2.13.0", True),
    ("2.19.3", True),
    ("2.28.1", True),
    ("2.53.1", False),  # may still come, as far as the table knows
    ("2.58.2", False),
    ("2.60.1", False),
    ("2.61.0", False),
    ("3.0.0", False),
    ("1.8.0", False),  # before the table begins
    ("1.14.0", True),
]


@pytest.mark.parametrize(("text", "never"), RELEASES)
def test_never_released(text: str, never: bool) -> None:
    version = Version.parse(text)
    assert version is not None
    assert never_released(version) is never


SUFFIXES = [
    ("rayproject/ray:2.9.0-py310-gpu", None),
    ("rayproject/ray:2.9.0-py310-cu118", None),
    ("rayproject/ray:2.9.0-py310-cu123", None),  # it may be there
    ("rayproject/ray:2.9.0-py310-cu124", "cu124"),
    ("rayproject/ray:2.6.3-py310-cu121", "cu121"),
    ("rayproject/ray:2.48.0-cu130", "cu130"),
    ("rayproject/ray:2.49.0-cu130", None),
    ("rayproject/ray:2.53.0-py310-tpu", "tpu"),
    ("rayproject/ray:2.55.0-py310-tpu", None),
    ("rayproject/ray:2.2.0-aarch64", "aarch64"),
    ("rayproject/ray:2.3.0-aarch64", None),
    ("rayproject/ray:2.41.0.0e19ea-py310-cu130-aarch64", "cu130"),
    ("rayproject/ray-ml:2.9.0-py310-cpu-aarch64", "aarch64"),
    ("rayproject/ray-ml:2.53.0-aarch64", None),  # discontinued in the first place
    ("rayproject/ray-llm:2.52.0-py311-cu128-aarch64", "aarch64"),
    ("rayproject/ray:2.9.0-py312-cu130", None),  # no such Python in the first place
    ("rayproject/ray:2.13.0-cu130", None),  # no such release in the first place
    ("rayproject/ray:nightly-py310-tpu", None),
]


@pytest.mark.parametrize(("image", "suffix"), SUFFIXES)
def test_unpublished_suffix(image: str, suffix: str | None) -> None:
    reference = ImageRef.parse(image)
    assert reference is not None
    says = read_tag(reference, is_ray_release)
    assert unpublished_suffix(reference.name, says, reference.tag or "") == suffix


FACTS = [
    # image, what was never released, the suffix that never was
    ("rayproject/ray:2.13.0", "2.13.0", ABSENT_TEXT),
    ("docker.io/rayproject/ray:2.9.0-py310-cu130", ABSENT_TEXT, "cu130"),
    ("registry.example/rayproject/ray:2.13.0-cu130", ABSENT_TEXT, ABSENT_TEXT),
    ("team/ray:2.9.0-cu130", ABSENT_TEXT, ABSENT_TEXT),
    ("rayproject/ray:2.13.0@sha256:" + "a" * 64, ABSENT_TEXT, ABSENT_TEXT),
    ("rayproject/ray:$TAG", UNKNOWN, UNKNOWN),
    ("rayproject/ray", ABSENT_TEXT, ABSENT_TEXT),
]


@pytest.mark.parametrize(("image", "unreleased", "suffix"), FACTS, ids=lambda v: v[:40])
def test_image_that_was_never_published(image: str, unreleased: str, suffix: str) -> None:
    seen = model(cluster(head_container=f"image: '{image}'"))
    path = "head.pod.ray_container.image."
    assert told(node(seen, path + "unreleased")) == unreleased
    found = node(seen, path + "unpublished_suffix")
    assert told(found) == suffix
    if found.known:
        assert found.span.text == suffix


# The API

SERVED = [
    ("RayCluster", "ray.io/v1", "0.6", False),
    ("RayCluster", "ray.io/v1", "1.0", True),
    ("RayCluster", "ray.io/v1alpha1", "0.3", True),
    ("RayService", "ray.io/v1alpha1", "1.7", True),
    ("RayCronJob", "ray.io/v1", "1.5", False),
    ("RayCronJob", "ray.io/v1", "1.6", True),
    ("RayCronJob", "ray.io/v1alpha1", "1.7", False),
]


@pytest.mark.parametrize(("kind", "version", "target", "served"), SERVED)
def test_served(kind: str, version: str, target: str, served: bool) -> None:
    assert apiversion.served(kind, version, kuberay(target)) is served


EVERYTHING = {
    "RayCluster": """\
  managedBy: a
  rayVersion: 2.9.0
  autoscalerOptions: {version: v2, image: x, args: [a]}
  headGroupSpec: {labels: {a: b}, rayStartParams: {}, template: {}}
  workerGroupSpecs: [{groupName: w, numOfHosts: 2, suspend: false}, {groupName: v, priority: ~}]
""",
    "RayJob": """\
  submissionMode: HTTPMode
  suspend: true
  rayClusterSpec: {suspend: true, authOptions: {mode: token}}
""",
    "RayService": """\
  suspend: true
  serveConfigV2: x
  rayClusterConfig: {gcsFaultToleranceOptions: {}}
""",
    "RayCronJob": "  jobTemplate: {submissionMode: HTTPMode}\n",
}
PRUNED = [
    (
        "RayCluster",
        None,
        ["managedBy", "version", "args", "labels", "numOfHosts", "suspend", "priority"],
    ),
    ("RayCluster", "1.4", ["managedBy", "version", "numOfHosts", "suspend"]),
    ("RayCluster", "1.0", []),
    ("RayJob", None, ["submissionMode", "authOptions"]),
    ("RayJob", "1.5.0", ["submissionMode"]),
    ("RayService", None, ["suspend", "gcsFaultToleranceOptions"]),
    ("RayService", "1.6", ["gcsFaultToleranceOptions"]),
    ("RayCronJob", None, []),
]


@pytest.mark.parametrize(("kind", "target", "names"), PRUNED)
def test_pruned_fields(kind: str, target: str | None, names: list[str]) -> None:
    text = f"apiVersion: ray.io/v1alpha1\nkind: {kind}\nspec:\n{EVERYTHING[kind]}"
    seen = model(text, target).objects[0]
    assert [field.name.value for field in seen.pruned_fields] == names
    assert [field.name.span.text for field in seen.pruned_fields] == names
    assert seen.loses_fields.value is bool(names)
    assert model(text.replace("alpha1", ""), target).objects[0].pruned_fields == ()


def test_an_object_without_a_spec_loses_nothing() -> None:
    for spec in ("", "spec: $SPEC\n", "spec: [a]\n", "spec: {workerGroupSpecs: x}\n"):
        seen = model(f"apiVersion: ray.io/v1alpha1\nkind: RayCluster\n{spec}")
        document = seen.objects[0].node.document
        assert list(apiversion.pruned(root_of(document), kuberay())) == []
