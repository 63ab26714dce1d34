"""Who names whom: where names stand, what they lead to, and what is asked there, as tables."""

from __future__ import annotations

from typing import Any

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, model, told

from raypolicy import inventory
from raypolicy.bundle import make_bundle
from raypolicy.facts.reference import Reference
from raypolicy.inputs.files import RawFile
from raypolicy.model import Aim, Model
from raypolicy.neighbours import IN_REFERENCES
from raypolicy.references import _written
from raypolicy.references.places import Place, table
from raypolicy.releases import kuberay
from raypolicy.source import SourceFile

POD = "{{spec: {{{pod}, containers: [{{name: ray-head, image: 'rayproject/ray:2.52.0', {container}}}]}}}}"


def cluster(
    *, pod: str = "dnsPolicy: Default", container: str = "tty: false", spec: str = "suspend: false",
    labels: str = "{}", namespace: str = "", name: str = "dev",
) -> str:  # fmt: skip
    where = f", namespace: {namespace}" if namespace else ""
    template = POD.format(pod=pod, container=container)
    return f"""\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {{name: {name}, labels: {labels}{where}}}
spec: {{{spec}, headGroupSpec: {{template: {template}}}}}
"""


def made(kind: str, name: str, rest: str = "spec: {}", namespace: str = "", **more: str) -> str:
    said = {"name": name, **({"namespace": namespace} if namespace else {}), **more}
    metadata = ", ".join(f"{key}: {value}" for key, value in said.items())
    return f"---\napiVersion: v1\nkind: {kind}\nmetadata: {{{metadata}}}\n{rest}\n"


def the_one(text: str) -> Reference:
    (reference,) = model(text).root("references")
    return reference


# Where names stand

ENV = "env: [{name: A, valueFrom: {%s: {name: x, key: k}}}]"
REDIS = "gcsFaultToleranceOptions: {redis%s: {valueFrom: {%s: {name: x, key: k}}}}"
PLACES = [
    ({"container": ENV % "configMapKeyRef"}, "ConfigMap", "env", ["k"]),
    ({"container": ENV % "secretKeyRef"}, "Secret", "env", ["k"]),
    ({"container": "envFrom: [{configMapRef: {name: x}}]"}, "ConfigMap", "envFrom", []),
    ({"container": "envFrom: [{prefix: A}, {secretRef: {name: x}}]"}, "Secret", "envFrom", []),
    ({"pod": f"initContainers: [{{name: i, {ENV % 'secretKeyRef'}}}]"}, "Secret", "env", ["k"]),
    ({"pod": "volumes: [{name: v, configMap: {name: x}}]"}, "ConfigMap", "volume", []),
    ({"pod": "volumes: [{name: v, secret: {secretName: x, items: [{key: a, path: b}, {key: c, path: d}]}}]"}, "Secret", "volume", ["a", "c"]),
    ({"pod": "volumes: [{name: v, projected: {sources: [{configMap: {name: x, items: [{key: a, path: b}]}}]}}]"}, "ConfigMap", "projected volume", ["a"]),
    ({"pod": "volumes: [{name: v, projected: {sources: [{serviceAccountToken: {path: t}}, {secret: {name: x}}]}}]"}, "Secret", "projected volume", []),
    ({"pod": "volumes: [{name: v, persistentVolumeClaim: {claimName: x}}]"}, "PersistentVolumeClaim", "volume", []),
    ({"pod": "volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: x}}}}]"}, "StorageClass", "volume", []),
    ({"pod": "volumes: [{name: v, csi: {driver: d, nodePublishSecretRef: {name: x}}}]"}, "Secret", "CSI volume", []),
    ({"pod": "volumes: [{name: v, csi: {driver: d, volumeAttributes: {secretProviderClass: x}}}]"}, "SecretProviderClass", "CSI volume", []),
    ({"pod": "imagePullSecrets: [{name: x}]"}, "Secret", "imagePullSecrets", []),
    ({"pod": "serviceAccountName: x"}, "ServiceAccount", "serviceAccountName", []),
    ({"pod": "priorityClassName: x"}, "PriorityClass", "priorityClassName", []),
    ({"pod": "runtimeClassName: x"}, "RuntimeClass", "runtimeClassName", []),
    ({"pod": "resourceClaims: [{name: g, resourceClaimName: x}]"}, "ResourceClaim", "resourceClaims", []),
    ({"pod": "resourceClaims: [{name: g, resourceClaimTemplateName: x}]"}, "ResourceClaimTemplate", "resourceClaims", []),
    ({"spec": REDIS % ("Password", "secretKeyRef")}, "Secret", "GCS", ["k"]),
    ({"spec": REDIS % ("Username", "configMapKeyRef")}, "ConfigMap", "GCS", ["k"]),
    ({"spec": "gcsFaultToleranceOptions: {backend: rocksdb, storage: {claimName: x}}"}, "PersistentVolumeClaim", "GCS", []),
    ({"spec": "authOptions: {mode: token, secretName: x}"}, "Secret", "authOptions", ["auth_token"]),
    ({"spec": "ingressOptions: {tls: [{secretName: x}]}"}, "Secret", "ingressOptions", []),
    ({"spec": f"enableInTreeAutoscaling: true, autoscalerOptions: {{{ENV % 'secretKeyRef'}}}"}, "Secret", "env", ["k"]),
    ({"labels": "{kueue.x-k8s.io/queue-name: x}"}, "LocalQueue", "label", []),
    ({"labels": "{kueue.x-k8s.io/priority-class: x}"}, "WorkloadPriorityClass", "label", []),
    ({"labels": "{volcano.sh/queue-name: x}"}, "Queue", "label", []),
    ({"labels": "{ray.io/priority-class-name: x}"}, "PriorityClass", "label", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("where", "kind", "via", "keys"), PLACES, ids=[str(p[1:3]) for p in PLACES]
)
def test_where_names_stand(where: dict[str, str], kind: str, via: str, keys: list[str]) -> None:
    one = the_one(cluster(**where))
    assert (told(one.kind), told(one.name), told(one.via)) == (kind, "x", via)
    assert one.node.span.text == "x"
    there = the_one(cluster(**where) + made(kind, "x"))
    assert (told(there.found), [told(key.name) for key in there.keys]) == ("true", keys)
    renamed = the_one(cluster(**where) + made(kind, "dev-x") + made("Other", "dev-other"))
    assert (told(renamed.found), told(renamed.nearest)) == ("false", "dev-x")


NO_NAMES = [
    {"spec": "authOptions: {mode: disabled, secretName: x}"},
    {"spec": f"enableInTreeAutoscaling: false, autoscalerOptions: {{{ENV % 'secretKeyRef'}}}"},
    {"container": "env: [{name: A, value: secretKeyRef}]"},
    {"container": "env: [{name: A, valueFrom: {secretKeyRef: {key: k}}}]"},
    {"container": "env: [{name: A, valueFrom: {secretKeyRef: {name: '', key: k}}}]"},
    {"container": "env: [{name: A, valueFrom: {secretKeyRef: {name: 7, key: k}}}]"},
    {"container": "env: [{name: A, valueFrom: {secretKeyRef: x}}]"},
    {"container": "env: {secretKeyRef: {name: x}}"},
    {"container": "envFrom: [null, {secretRef: null}]"},
    {"pod": "volumes: [{name: secret, emptyDir: {}}]"},
    {"pod": "serviceAccountName: null"},
]


@pytest.mark.parametrize("where", NO_NAMES, ids=str)
def test_where_no_names_stand(where: dict[str, str]) -> None:
    assert model(cluster(**where)).root("references") == ()


def test_every_line_of_the_table_has_a_word_that_the_model_looks_for() -> None:
    paths = [" ".join(place.path) for some in table().values() for place in some]
    assert [path for path in paths if not any(word in path for word in IN_REFERENCES)] == []


def test_pods_of_all_kinds_and_their_objects() -> None:
    label = "labels: {kueue.x-k8s.io/queue-name: q}"
    pod = "{spec: {serviceAccountName: s, containers: [{name: c}]}}"
    text = f"""\
apiVersion: ray.io/v1
kind: RayCronJob
metadata: {{name: cron, {label}}}
spec:
  jobTemplate:
    submitterPodTemplate: {pod}
    rayClusterSpec:
      headGroupSpec: {{template: {pod}}}
      workerGroupSpecs: [{{groupName: a, template: {pod}}}]
---
apiVersion: ray.io/v1
kind: RayService
metadata: {{name: serve}}
spec: {{rayClusterConfig: {{headGroupSpec: {{template: {pod}}}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: ray-client, {label}}}
spec: {{template: {pod}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: other, {label}}}
spec: {{template: {pod}}}
"""
    found = [(each.owner.resource.name, told(each.name)) for each in model(text).root("references")]
    assert sorted(found) == sorted(
        [
            *[("cron", "s")] * 3,
            ("serve", "s"),
            ("ray-client", "s"),
            ("cron", "q"),
            ("ray-client", "q"),
        ]
    )


# What they lead to

SECRET = cluster(container="envFrom: [{secretRef: {name: tokens}}]", namespace="ml")
CLAIM = cluster(pod="volumes: [{name: v, persistentVolumeClaim: {claimName: data-db-0}}]")
FOUND = [
    ("it is there", SECRET + made("Secret", "tokens", namespace="ml"), ("true", ABSENT_TEXT, ABSENT_TEXT)),
    ("in whatever namespace", SECRET + made("Secret", "tokens"), ("true", ABSENT_TEXT, ABSENT_TEXT)),
    ("nothing of that kind", SECRET + made("ConfigMap", "tokens"), ("false", ABSENT_TEXT, ABSENT_TEXT)),
    ("another namespace", SECRET + made("Secret", "tokens", namespace="web"), ("false", "web", ABSENT_TEXT)),
    ("two other namespaces", SECRET + made("Secret", "tokens", namespace="web") + made("Secret", "tokens", namespace="b"), ("false", UNKNOWN, ABSENT_TEXT)),
    ("a namespace to be filled in", SECRET + made("Secret", "tokens", namespace="$NS"), ("true", ABSENT_TEXT, ABSENT_TEXT)),
    ("copied to others", SECRET + made("Secret", "tokens", namespace="web", annotations="{replicator.v1.mittwald.de/replicate-to: '*'}"), ("false", UNKNOWN, ABSENT_TEXT)),
    ("a slip", SECRET + made("Secret", "tokesn", namespace="ml"), ("false", ABSENT_TEXT, "tokesn")),
    ("a slip, in another namespace", SECRET + made("Secret", "tokesn", namespace="web"), ("false", ABSENT_TEXT, ABSENT_TEXT)),
    ("a slip here, the name elsewhere", SECRET + made("Secret", "tokesn", namespace="ml") + made("Secret", "tokens", namespace="web"), ("false", "web", ABSENT_TEXT)),
    ("a hash", SECRET + made("Secret", "tokens-5h2k9m2b7g"), ("false", ABSENT_TEXT, "tokens-5h2k9m2b7g")),
    ("a prefix and a hash", SECRET + made("Secret", "eu-tokens-5h2k9m2b7g") + made("ConfigMap", "eu-other"), ("false", ABSENT_TEXT, "eu-tokens-5h2k9m2b7g")),
    ("a prefix of its own", SECRET + made("Secret", "eu-tokens"), ("false", ABSENT_TEXT, ABSENT_TEXT)),
    ("twice", SECRET + made("Secret", "tokens") * 2, (UNKNOWN, ABSENT_TEXT, ABSENT_TEXT)),
    ("a name to be filled in", SECRET.replace("name: tokens", "name: '${TOKENS}'") + made("Secret", "tokens"), (UNKNOWN, ABSENT_TEXT, ABSENT_TEXT)),
    ("a List", SECRET + "---\napiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: tokens}}]\n", ("true", ABSENT_TEXT, ABSENT_TEXT)),
    ("a patch", SECRET + made("Secret", "tokens", "$patch: delete"), ("false", ABSENT_TEXT, ABSENT_TEXT)),
    ("a SealedSecret", SECRET + made("SealedSecret", "tokens"), ("true", ABSENT_TEXT, ABSENT_TEXT)),
    ("an ExternalSecret", SECRET + made("ExternalSecret", "tokens"), ("true", ABSENT_TEXT, ABSENT_TEXT)),
    ("an ExternalSecret's target", SECRET + made("ExternalSecret", "x", "spec: {target: {name: tokens}}"), ("true", ABSENT_TEXT, ABSENT_TEXT)),
    ("an ExternalSecret with another", SECRET + made("ExternalSecret", "tokens", "spec: {target: {name: x}}"), ("false", ABSENT_TEXT, ABSENT_TEXT)),
    ("an ExternalSecret elsewhere", SECRET + made("ExternalSecret", "tokens", namespace="web"), ("false", ABSENT_TEXT, ABSENT_TEXT)),
    ("a certificate", SECRET + made("Certificate", "x", "spec: {secretName: tokens}"), ("true", ABSENT_TEXT, ABSENT_TEXT)),
    ("the token of the cluster", cluster(name="tokens", spec="authOptions: {mode: token}", container="envFrom: [{secretRef: {name: tokens}}]"), ("true", ABSENT_TEXT, ABSENT_TEXT)),
    ("no token of the cluster", cluster(name="tokens", container="envFrom: [{secretRef: {name: tokens}}]"), ("false", ABSENT_TEXT, ABSENT_TEXT)),
    ("every namespace's account", cluster(pod="serviceAccountName: default"), ("true", ABSENT_TEXT, ABSENT_TEXT)),
    ("the account that the head names", cluster(pod="serviceAccountName: dev", spec="enableInTreeAutoscaling: true"), ("false", ABSENT_TEXT, ABSENT_TEXT)),
    ("every namespace's CA", cluster(pod="volumes: [{name: v, configMap: {name: kube-root-ca.crt}}]"), ("true", ABSENT_TEXT, ABSENT_TEXT)),
    ("the system's classes", cluster(pod="priorityClassName: system-node-critical"), ("true", ABSENT_TEXT, ABSENT_TEXT)),
    ("the claim of a StatefulSet", CLAIM + made("StatefulSet", "db", "spec: {volumeClaimTemplates: [{metadata: {name: data}}]}"), ("true", ABSENT_TEXT, ABSENT_TEXT)),
    ("another claim of it", CLAIM + made("StatefulSet", "db", "spec: {volumeClaimTemplates: [{metadata: {name: logs}}]}"), ("false", ABSENT_TEXT, ABSENT_TEXT)),
    ("the operator's claim", cluster(spec="gcsFaultToleranceOptions: {backend: rocksdb}", pod="volumes: [{name: v, persistentVolumeClaim: {claimName: dev-gcs-pvc}}]"), ("true", ABSENT_TEXT, ABSENT_TEXT)),
    ("a class lies in no namespace", cluster(pod="priorityClassName: high", namespace="ml") + made("PriorityClass", "high", namespace="web"), ("true", ABSENT_TEXT, ABSENT_TEXT)),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), FOUND, ids=[row[0] for row in FOUND])
def test_what_names_lead_to(why: str, text: str, expected: tuple[str, str, str]) -> None:
    one = the_one(text)
    assert (told(one.found), told(one.elsewhere), told(one.nearest)) == expected


def test_a_worker_may_have_the_account_that_the_autoscaler_gets() -> None:
    text = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: dev}
spec:
  enableInTreeAutoscaling: true
  headGroupSpec: {template: {spec: {containers: [{name: h}]}}}
  workerGroupSpecs: [{groupName: a, template: {spec: {serviceAccountName: dev, containers: [{name: w}]}}}]
"""
    assert told(the_one(text).found) == "true"


def test_the_target_and_the_owner() -> None:
    one = the_one(SECRET + made("Secret", "tokens"))
    assert one.target is not None
    assert (one.owner.resource.title, one.target.title) == ("RayCluster ml/dev", "Secret tokens")
    assert the_one(SECRET).target is None


def test_of_several_files_with_one_name_the_same_file_counts() -> None:
    def founds(*texts: str) -> list[str]:
        files = [RawFile(f"{n}.yaml", None, text.encode()) for n, text in enumerate(texts)]
        seen = Model(make_bundle("", files), Aim(kuberay(None), "2026-01-01"))
        return [told(each.found) for each in seen.root("references")]

    secret = made("Secret", "tokens")
    assert founds(SECRET + secret, secret) == ["true"]
    assert founds(SECRET, secret, secret) == [UNKNOWN]
    assert founds(SECRET, secret) == ["true"]


def test_a_name_is_looked_up_in_its_namespace_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many others have objects of that name."""
    looked_at: list[int] = []
    opened = inventory._opened

    def noted(*arguments: Any) -> list[Any]:
        found = opened(*arguments)
        looked_at.append(len(found))
        return found

    monkeypatch.setattr(inventory, "_opened", noted)
    count = 300
    texts = [made("Secret", "tokens", namespace=f"team-{n}")[4:] for n in range(count)]
    clusters = [SECRET.replace("namespace: ml", f"namespace: team-{n}") for n in range(count)]
    files = [RawFile(f"{n}", None, text.encode()) for n, text in enumerate([*texts, *clusters])]
    seen = Model(make_bundle("", files), Aim(kuberay(None), "2026-01-01"))
    assert [told(each.found) for each in seen.root("references")] == ["true"] * count
    assert sum(looked_at) == count
    absent = [each for each in seen.root("references") if told(each.elsewhere) != ABSENT_TEXT]
    assert absent == []


def test_kinds_and_namespaces_that_are_written_beside_the_name() -> None:
    path = ("roleRef", "name")
    place = Place("RoleBinding", path, "Role", "roleRef", kind_at="kind", namespace_at="namespace")

    def said(text: str) -> tuple[str, str]:
        (resource,) = make_bundle("", [SourceFile("a", f"# ray.io/\n{text}")]).resources
        written = _written(place, resource.node.get(*path))
        assert written is not None
        return told(written.kind), told(written.namespace)

    start = "apiVersion: v1\nkind: RoleBinding\nmetadata: {name: a}\nroleRef: {name: x"
    assert said(f"{start}}}") == ("Role", ABSENT_TEXT)
    assert said(f"{start}, kind: ClusterRole, namespace: web}}") == ("ClusterRole", "web")


OPTIONAL = [("true", "true"), ("false", "false"), ("null", "false"), ("maybe", UNKNOWN)]


@pytest.mark.parametrize(("written", "expected"), OPTIONAL)
def test_optional(written: str, expected: str) -> None:
    text = cluster(container=f"envFrom: [{{secretRef: {{name: x, optional: {written}}}}}]")
    assert told(the_one(text).optional) == expected


# Keys

ASKING = cluster(container="env: [{name: A, valueFrom: {secretKeyRef: {name: x, key: token}}}]")
KEYS = [
    ("data", made("Secret", "x", "data: {token: eA==}"), ("true", ABSENT_TEXT)),
    ("stringData", made("Secret", "x", "stringData: {token: x}\ndata: {other: eA==}"), ("true", ABSENT_TEXT)),
    ("none", made("Secret", "x", "data: {other: eA==}"), ("false", ABSENT_TEXT)),
    ("immutable all the same", made("Secret", "x", "data: {other: eA==}\nimmutable: true"), ("false", ABSENT_TEXT)),
    ("a slip", made("Secret", "x", "data: {tokne: eA==}"), ("false", "tokne")),
    ("another case", made("Secret", "x", "data: {tokEn: eA==}"), ("false", "tokEn")),
    ("without signs", made("Secret", "x", "data: {to-ken: eA==}"), ("false", "to-ken")),
    ("in capitals", made("Secret", "x", "data: {TO_KEN: eA==}"), ("false", "TO_KEN")),
    ("two with these letters", made("Secret", "x", "data: {TOKEN: eA==, Token_: eA==}"), ("false", ABSENT_TEXT)),
    ("no contents", made("Secret", "x"), (UNKNOWN, ABSENT_TEXT)),
    ("empty contents", made("Secret", "x", "data: {}"), (UNKNOWN, ABSENT_TEXT)),
    ("contents to be filled in", made("Secret", "x", "data: $DATA"), (UNKNOWN, ABSENT_TEXT)),
    ("a key to be filled in", made("Secret", "x", "data: {$KEY: eA==}"), (UNKNOWN, ABSENT_TEXT)),
    ("a token", made("Secret", "x", "type: kubernetes.io/service-account-token\ndata: {extra: eA==}"), (UNKNOWN, ABSENT_TEXT)),
    ("filled by others", made("Secret", "x", "data: {a: eA==}", annotations="{replicator.v1.mittwald.de/replicate-from: a/b}"), (UNKNOWN, ABSENT_TEXT)),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), KEYS, ids=[row[0] for row in KEYS])
def test_keys(why: str, text: str, expected: tuple[str, str]) -> None:
    (key,) = the_one(ASKING + text).keys
    assert (told(key.found), told(key.nearest)) == expected


def test_the_keys_that_are_there() -> None:
    for keys, offered in (("a b", "; it has a, b"), ("a b c d e f g", "")):
        held = ", ".join(f"{key}: eA==" for key in keys.split())
        (key,) = the_one(ASKING + made("Secret", "x", f"data: {{{held}}}")).keys
        assert told(key.offered) == offered


def test_a_plural_is_another_object() -> None:
    text = cluster(container="envFrom: [{configMapRef: {name: ca-bundle}}]")
    assert the_one(text + made("ConfigMap", "ca-bundles")).nearest.absent


@pytest.mark.parametrize(
    ("asked", "names", "expected"),
    [
        ("ml-clusters", ["ml-cluster"], "ml-cluster"),
        ("ml-cluster", ["ml-clusters"], "ml-clusters"),
        ("abs", ["ab", "abss"], "absent"),
        ("ml-clusters", ["ml-cluster2"], "absent"),
    ],
    ids=["an s too many", "an s too few", "either of two", "another"],
)
def test_a_plural_is_a_slip_where_a_cluster_is_selected(
    asked: str, names: list[str], expected: str
) -> None:
    job = f"""\
apiVersion: ray.io/v1
kind: RayJob
metadata: {{name: train}}
spec: {{entrypoint: a, clusterSelector: {{ray.io/cluster: {asked}}}}}
"""
    clusters = (
        f"---\napiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {{name: {name}}}\n"
        for name in names
    )
    assert told(the_one(job + "".join(clusters)).nearest) == expected


NO_KEYS = [made("SealedSecret", "x"), "", made("Secret", "x", "data: {a: eA==}") * 2]


@pytest.mark.parametrize("text", NO_KEYS, ids=["sealed", "not here", "twice"])
def test_keys_of_what_is_not_written_are_not_asked_for(text: str) -> None:
    assert the_one(ASKING + text).keys == ()


def test_a_key_to_be_filled_in() -> None:
    text = ASKING.replace("key: token", "key: $KEY") + made("Secret", "x", "data: {a: eA==}")
    assert told(the_one(text).keys[0].found) == UNKNOWN


def test_a_key_that_is_not_written_cannot_be_misspelt() -> None:
    text = cluster(spec="authOptions: {mode: token, secretName: x}")
    (key,) = the_one(text + made("Secret", "x", "data: {auth_toke: eA==}")).keys
    assert (told(key.name), told(key.found), told(key.nearest)) == (
        "auth_token",
        "false",
        ABSENT_TEXT,
    )


def test_binary_data_of_a_config_map() -> None:
    text = cluster(pod="volumes: [{name: v, configMap: {name: x, items: [{key: a.bin, path: a}]}}]")
    (key,) = the_one(text + made("ConfigMap", "x", "binaryData: {a.bin: eA==}")).keys
    assert told(key.found) == "true"


# Names in texts

HASHED = made("Secret", "tokens-5h2k9m2b7g") + made("ConfigMap", "code-8mfh7g2k5t")
TEXTS = [
    ("python a.py --secret tokens", [("Secret", "tokens", "tokens-5h2k9m2b7g")]),
    ("python a.py --secret-name=tokens --x", [("Secret", "tokens", "tokens-5h2k9m2b7g")]),
    ("kubectl get configmap/code -o yaml", [("ConfigMap", "code", "code-8mfh7g2k5t")]),
    ('{"config_map": "code"}', [("ConfigMap", "code", "code-8mfh7g2k5t")]),
    ("a configMapName: code", [("ConfigMap", "code", "code-8mfh7g2k5t")]),
    ("use code-6b4hk2ct9d", [("ConfigMap", "code-6b4hk2ct9d", "code-8mfh7g2k5t")]),
    ("use code-8mfh7g2k5t", [("ConfigMap", "code-8mfh7g2k5t", ABSENT_TEXT)]),
    ("python /code/a.py --tokens 5 code", []),
    ("--secret tokens/key", []),
    ("--secret tokens-2", []),
    ("--secret other", []),
    ("--secret code", []),  # that is a ConfigMap
    ("a secretive tokens", []),
]


def in_texts(text: str) -> list[tuple[str, str, str]]:
    found = [each for each in model(text).root("references") if told(each.via) == "text"]
    return [(told(each.kind), told(each.name), told(each.nearest)) for each in found]


@pytest.mark.parametrize(("entrypoint", "expected"), TEXTS)
def test_names_in_texts(entrypoint: str, expected: list[Any]) -> None:
    job = f"apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {{name: j}}\nspec:\n  entrypoint: '{entrypoint}'\n"
    assert in_texts(job + HASHED) == expected
    assert in_texts(job + made("Secret", "tokens") + made("ConfigMap", "code")) == []


def test_a_name_in_a_text_that_has_been_given_a_prefix_as_well() -> None:
    hashed = made("Secret", "dev-tokens-5h2k9m2b7g") + made("ConfigMap", "dev-x")
    expected = [("Secret", "tokens", "dev-tokens-5h2k9m2b7g")]
    assert in_texts(cluster(container="args: [--secret=tokens]") + hashed) == expected


PLACES_OF_TEXTS = [
    cluster(container="args: [--secret=tokens]"),
    cluster(container="command: [bash, -c, 'get secret tokens']"),
    cluster(container="env: [{name: SECRET_NAME, value: tokens}]"),
    cluster().replace("labels: {}", "annotations: {secret.reloader.stakater.com/reload: 'other, tokens'}"),
    cluster(spec="rayVersion: 2.52.0").replace("{template: {spec", "{template: {metadata: {annotations: {secret: tokens}}, spec"),
    "apiVersion: ray.io/v1\nkind: RayService\nmetadata: {name: s}\nspec:\n  serveConfigV2: |\n    args: {secret: tokens}\n",
]  # fmt: skip


@pytest.mark.parametrize("text", PLACES_OF_TEXTS)
def test_where_texts_are_read(text: str) -> None:
    assert in_texts(text + HASHED) == [("Secret", "tokens", "tokens-5h2k9m2b7g")]


# Repeats

REPEATS = [
    ("another object", cluster() + "---\n" + cluster(name="x"), []),
    ("another namespace", cluster(namespace="a") + "---\n" + cluster(namespace="b"), []),
    ("another version", cluster(spec="suspend: true") + "---\n" + cluster().replace("/v1", "/v1alpha1"), ["false"]),
    ("another group", cluster() + "---\n" + cluster().replace("ray.io/v1", "example.io/v1"), []),
    ("the same", cluster() + "---\n" + cluster(), ["true"]),
    ("three times", "---\n".join((cluster(), cluster(), cluster(spec="suspend: true"))), ["true", "false"]),
    ("names to be filled in", cluster(name="$A") + "---\n" + cluster(name="$A"), []),
    ("names at random", (cluster() + "---\n" + cluster()).replace("{name: dev", "{generateName: dev-"), []),
    ("a List", cluster() + "---\napiVersion: v1\nkind: List\nitems: [{apiVersion: ray.io/v1, kind: RayCluster, metadata: {name: dev}}]\n", ["false"]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), REPEATS, ids=[row[0] for row in REPEATS])
def test_repeats(why: str, text: str, expected: list[str]) -> None:
    found = model(text).root("repeats")
    assert [told(each.alike) for each in found] == expected
    assert all(each.first.span.start < each.name.span.start for each in found)


def test_files_may_have_the_same_object() -> None:
    files = [RawFile(name, None, cluster().encode()) for name in ("a.yaml", "b.yaml")]
    assert Model(make_bundle("", files), Aim(kuberay(None), "2026-01-01")).root("repeats") == ()


SELECTED = [
    # the cluster that a RayJob selects, whose clusters have such a name, which cluster passes so
    ("text", "RayService", "absent"),
    ("text-x7k2b", "absent", "RayService"),
    ("text-raycluster-x7k2b", "absent", "RayService"),
    ("text-small", "absent", "absent"),
    ("shared", "absent", "absent"),
    ("other", "absent", "absent"),
    ("self", "absent", "absent"),
]


@pytest.mark.parametrize(("name", "maker", "passing"), SELECTED)
def test_clusters_of_a_service_or_job(name: str, maker: str, passing: str) -> None:
    job = made("RayJob", "self", f"spec: {{clusterSelector: {{ray.io/cluster: {name}}}}}")
    text = f"{made('RayService', 'text')}{made('RayCluster', 'shared')}{job}"
    found = the_one(text.replace("apiVersion: v1", "apiVersion: ray.io/v1"))
    assert (told(found.maker), told(found.passing)) == (maker, passing)


FAULTS = [("local-queue", "absent"), ("a.b", "absent"), ("local_queue", "has an underscore in it")]


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_names_that_no_object_has(name: str, fault: str) -> None:
    text = cluster(labels=f"{{kueue.x-k8s.io/queue-name: {name}}}")
    assert told(the_one(text).fault) == fault
