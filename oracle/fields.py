"""Writes raypolicy/data/fields.jsonl: the fields of Ray's kinds in KubeRay's releases from 1.0 on.

    python oracle/fields.py --git DIR      from the tags of a checkout of KubeRay
    python oracle/fields.py                from the Go module proxy

The proxy does not serve every release; what the file has of the others is kept, and a release that
neither has is an error. Run by hand when KubeRay has a new release, after
raypolicy/data/kuberay-releases.yaml lists it.

The first line is `{release: {"ray.io/v1 RayCluster": number, …}, …}`; each further line is one part
of a schema, numbered from 0, in the words of the custom resource definitions, without descriptions.
Its `properties`, `items` and `additionalProperties` are numbers of other lines, always smaller.
Equal parts of all releases and kinds are one line; `{}` is anything. `metadata` of the object
itself, which the definitions leave to Kubernetes, is written out. Raises SystemExit where a
definition has a word that the walker does not know.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import urlopen

import yaml

ROOT: Final = Path(__file__).parent.parent
FILE: Final = ROOT / "raypolicy" / "data" / "fields.jsonl"
RELEASES: Final = ROOT / "raypolicy" / "data" / "kuberay-releases.yaml"
FIRST: Final = (1, 0)
BASES: Final = "config/crd/bases/"
MODULE: Final = "github.com/ray-project/kuberay/ray-operator"
PROXY: Final = "https://proxy.golang.org"

KNOWN: Final = frozenset(
    """additionalProperties anyOf default enum format items maxLength minItems minLength minimum
    maximum nullable pattern properties required type x-kubernetes-int-or-string
    x-kubernetes-list-map-keys x-kubernetes-list-type x-kubernetes-map-type
    x-kubernetes-validations""".split()
)
DROPPED: Final = frozenset({"anyOf", "description", "x-kubernetes-map-type"})
"""Of these `anyOf` only says what x-kubernetes-int-or-string says; the last is about merging."""
INT_OR_STRING: Final = [{"type": "integer"}, {"type": "string"}]

_TEXT: Final = {"type": "string"}
_FLAG: Final = {"type": "boolean"}
_TEXTS: Final = {"type": "object", "additionalProperties": _TEXT}
_TIME: Final = {"type": "string", "format": "date-time", "nullable": True}
_NUMBER: Final = {"type": "integer", "format": "int64"}
_OWNER: Final = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("apiVersion", "kind", "name", "uid"), _TEXT),
        **dict.fromkeys(("blockOwnerDeletion", "controller"), _FLAG),
    },
}
# ObjectMeta of k8s.io/apimachinery; what a cluster fills in is as free as it is meaningless here.
METADATA: Final = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("name", "namespace", "generateName", "uid"), _TEXT),
        **dict.fromkeys(("resourceVersion", "selfLink"), _TEXT),
        **dict.fromkeys(("annotations", "labels"), _TEXTS),
        **dict.fromkeys(("creationTimestamp", "deletionTimestamp"), _TIME),
        **dict.fromkeys(("generation", "deletionGracePeriodSeconds"), _NUMBER),
        "finalizers": {"type": "array", "items": _TEXT},
        "ownerReferences": {"type": "array", "items": _OWNER},
        "managedFields": {},
    },
}


class Table:
    """Parts of schemas, each once."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._numbers: dict[str, int] = {}

    def add(self, schema: dict[str, Any]) -> int:
        """The number of a part, whose own parts are added first."""
        unknown = schema.keys() - KNOWN - DROPPED
        if unknown or schema.get("anyOf", INT_OR_STRING) != INT_OR_STRING:
            raise SystemExit(f"the walker does not know {unknown or schema['anyOf']}")
        part = {key: value for key, value in schema.items() if key not in DROPPED}
        if "properties" in part:
            fields = sorted(part["properties"].items())
            part["properties"] = {name: self.add(field) for name, field in fields}
        for key in ("items", "additionalProperties"):
            if key in part:
                part[key] = self.add(part[key])
        line = json.dumps(part, sort_keys=True, separators=(",", ":"))
        if line not in self._numbers:
            self._numbers[line] = len(self.lines)
            self.lines.append(line)
        return self._numbers[line]


def kinds(definition: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name and schema of each version that a custom resource definition serves."""
    spec = definition["spec"]
    for version in spec["versions"]:
        if version["served"]:
            schema = version["schema"]["openAPIV3Schema"]
            schema["properties"]["metadata"] = METADATA
            yield f"{spec['group']}/{version['name']} {spec['names']['kind']}", schema


def from_git(folder: str, release: str) -> list[dict[str, Any]]:
    """The definitions at the tag of a release."""
    git = ("git", "-C", folder)
    base = f"v{release}:ray-operator/{BASES}"
    names = subprocess.run((*git, "ls-tree", "--name-only", base), check=True, capture_output=True)
    texts = (
        subprocess.run((*git, "show", base + name), check=True, capture_output=True).stdout
        for name in names.stdout.decode().split()
    )
    return [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts]


def from_proxy(release: str) -> list[dict[str, Any]] | None:
    """The definitions in the module of a release; None where the proxy does not serve it."""
    try:
        with urlopen(f"{PROXY}/{MODULE}/@v/v{release}.zip") as answer:
            packed = zipfile.ZipFile(io.BytesIO(answer.read()))
    except HTTPError as error:
        if error.code in (404, 410):
            return None
        raise
    base = f"{MODULE}@v{release}/{BASES}"
    names = [name for name in packed.namelist() if name.startswith(base)]
    return [yaml.load(packed.read(name), Loader=yaml.CSafeLoader) for name in names]


def written(release: str) -> dict[str, dict[str, Any]]:
    """What the file has of a release. Raises SystemExit where it has nothing."""
    lines = FILE.read_text("utf-8").splitlines() if FILE.exists() else ["{}"]
    roots = json.loads(lines[0])
    if release not in roots:
        raise SystemExit(f"the proxy does not serve {release}; name a checkout with --git")

    def whole(number: int) -> dict[str, Any]:
        part: dict[str, Any] = json.loads(lines[number + 1])
        if "properties" in part:
            part["properties"] = {name: whole(n) for name, n in part["properties"].items()}
        for key in ("items", "additionalProperties"):
            if key in part:
                part[key] = whole(part[key])
        return part

    return {name: whole(number) for name, number in roots[release].items()}


def main() -> None:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--git", metavar="DIR", help="a checkout of KubeRay with its tags")
    given = parser.parse_args()
    releases = yaml.safe_load(RELEASES.read_text("utf-8"))["releases"]
    table = Table()
    roots: dict[str, dict[str, int]] = {}
    for release in releases:
        if tuple(map(int, release.split(".")[:2])) < FIRST:
            continue
        found = from_git(given.git, release) if given.git else from_proxy(release)
        schemas = written(release) if found is None else dict(s for d in found for s in kinds(d))
        roots[release] = {name: table.add(schema) for name, schema in sorted(schemas.items())}
        print(f"{release}: {len(table.lines)} parts", file=sys.stderr)
    head = json.dumps(roots, separators=(",", ":"))
    FILE.write_text("\n".join([head, *table.lines, ""]), "utf-8")


if __name__ == "__main__":
    main()
