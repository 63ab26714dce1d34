"""The bars: what is measured against what, and how far apart they may be."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import manifests
import trees
from measure import Child, beside, call, interleaved, python


class Bar(NamedTuple):
    """A measured ratio and where it must lie: `at_most` or at least the bar."""

    name: str
    ratio: float
    bar: float
    at_most: bool

    @property
    def held(self) -> bool:
        return self.ratio <= self.bar if self.at_most else self.ratio >= self.bar

    def __str__(self) -> str:
        sign = "≤" if self.at_most else "≥"
        verdict = "pass" if self.held else "MISS"
        return f"{self.name}: {self.ratio:.3g} ({sign} {self.bar:g}) {verdict}"


class Setting(NamedTuple):
    """Where the input lies, how large it is, and how often everything is measured."""

    root: Path
    quick: bool
    checkov: str | None

    @property
    def rounds(self) -> int:
        return 3 if self.quick else 5

    def size(self, full: int) -> int:
        return full // 10 if self.quick else full


_SCRIPT = Path(sys.executable).with_name("raypolicy")
RAYPOLICY = (str(_SCRIPT),) if _SCRIPT.exists() else (sys.executable, "-m", "raypolicy")
READ_LOOP = """
import os, sys
paths = open(sys.argv[1]).read().split("\\n")
for path in paths:
    file = os.open(path, os.O_RDONLY)
    os.read(file, 1 << 20)
    os.close(file)
"""
LOAD_FILES = """
import sys, yaml
for path in open(sys.argv[1]).read().split("\\n"):
    for _ in yaml.load_all(open(path, "rb").read(), Loader=yaml.CSafeLoader):
        pass
"""
LOAD_STREAM = """
import sys, yaml
for _ in yaml.load_all(sys.stdin.buffer, Loader=yaml.CSafeLoader):
    pass
"""
INDEX_FILES = """
import re, sys
separator, kind = re.compile(r"(?m)^---[ \\t]*$"), re.compile(r"(?m)^kind:[ \\t]*([A-Za-z]+)")
for path in open(sys.argv[1]).read().split():
    for part in separator.split(open(path, "rb").read().decode()):
        kind.findall(part)
"""


def check(path: object, stdin: str = os.devnull) -> Child:
    """`raypolicy check`."""
    return Child(*RAYPOLICY, "check", "--format", "text", str(path), stdin=stdin)


def one_file(setting: Setting) -> Iterator[Bar]:
    """A pre-commit hook's case, against the start-up that its two libraries need."""
    with_ray, without = setting.root / "one" / "ray.yaml", setting.root / "other" / "plain.yaml"
    for path, text in ((with_ray, manifests.ray(1)), (without, manifests.plain(1))):
        path.parent.mkdir()
        path.write_text(text, "utf-8")
    taken = interleaved(
        {
            "imports": python("import yaml, click"),
            "ray": check(with_ray),
            "plain": check(without),
        },
        3 * setting.rounds,
    )
    yield Bar("one Ray file / import yaml, click", taken["ray"] / taken["imports"], 1.5, True)
    yield Bar("one other file / import yaml, click", taken["plain"] / taken["imports"], 1.0, True)


def hook(setting: Setting) -> Iterator[Bar]:
    """A commit without Ray: files named one by one, a kustomization among them."""
    folder = setting.root / "commit"
    folder.mkdir()
    for number in range(100):
        (folder / f"{number:05}.yaml").write_text(manifests.plain(number), "utf-8")
    (folder / "kustomization.yaml").write_text("resources: [00000.yaml]\n", "utf-8")
    paths = map(str, sorted(folder.iterdir()))
    measures = {
        "bare": python("pass"),
        "imports": python("import click"),
        "hook": Child(*RAYPOLICY, "check", "--kustomize", "never", *paths),
    }
    taken = interleaved(measures, 3 * setting.rounds)
    yield Bar("100 other files named / bare interpreter", taken["hook"] / taken["bare"], 6, True)
    yield Bar("100 other files named / import click", taken["hook"] / taken["imports"], 1.3, True)


def tree(setting: Setting) -> Iterator[Bar]:
    """A repository, against reading its bytes: the loop's child less a bare interpreter."""
    files = trees.mixed(setting.root / "mixed", setting.size(10_000))
    loop = python(READ_LOOP, listed(setting, "mixed", files))

    def ratio() -> float:
        whole, taken = beside(check(setting.root / "mixed"), {"bare": python("pass"), "loop": loop})
        return whole / (taken["loop"] - taken["bare"])

    yield Bar(f"{len(files)} files, 1 in 10 Ray / open+read loop", often(setting, ratio), 25, True)


def peer(setting: Setting) -> Iterator[Bar]:
    """Files a CPU second, against checkov on the same tree."""
    if setting.checkov is None:
        print("1000 files, times checkov's speed: not measured, no checkov (see --checkov)")
        return
    count = setting.size(1000)
    trees.mixed(setting.root / "peer", count)
    directory = str(setting.root / "peer")
    arguments = ("--quiet", "--compact", "--framework", "kubernetes", "--skip-download")
    checkov = Child(setting.checkov, "-d", directory, *arguments)

    def ratio() -> float:
        whole, taken = beside(checkov, {"check": check(directory)})
        return whole / taken["check"]

    yield Bar(f"{count} files, times checkov's speed", often(setting, ratio), 30, False)


def all_ray(setting: Setting) -> Iterator[Bar]:
    """Ray manifests only, against loading them as plain YAML in one process."""
    files = trees.ray_only(setting.root / "ray", setting.size(1000))
    load = python(LOAD_FILES, listed(setting, "ray", files))

    def ratio() -> float:
        whole, taken = beside(check(setting.root / "ray"), {"load": load})
        return whole / taken["load"]

    yield Bar(f"{len(files)} Ray manifests / CSafeLoader", often(setting, ratio), 4, True)


def scaling(setting: Setting) -> Iterator[Bar]:
    """Cost of a Ray manifest in small and large trees; that of a tree of one is subtracted."""
    small, large = 100, setting.size(10_000)
    for size in (1, small, large):
        trees.ray_only(setting.root / f"scale-{size}", size)
    one, few, many = (check(setting.root / f"scale-{size}") for size in (1, small, large))

    def ratio() -> float:
        whole, taken = beside(many, {"one": one, "few": few})
        each = (taken["few"] - taken["one"]) / (small - 1)
        return (whole - taken["one"]) / (large - 1) / each

    yield Bar(f"a Ray manifest of {large} / of {small}", often(setting, ratio), 1.15, True)


def stream(setting: Setting) -> Iterator[Bar]:
    """A rendered stream on standard input, against loading it as plain YAML."""
    path = setting.root / "stream.yaml"
    path.write_text(manifests.stream(setting.size(50_000_000)), "utf-8")
    load = python(LOAD_STREAM, stdin=str(path))

    def ratio() -> float:
        whole, taken = beside(load, {"check": check("-", str(path))})
        return whole / taken["check"]

    size = path.stat().st_size / 1e6
    yield Bar(f"{size:.0f} MB stream, times CSafeLoader's speed", often(setting, ratio), 4, False)


def references(setting: Setting) -> Iterator[Bar]:
    """A bundle of objects that name each other, against one of a tenth of its size."""
    large = setting.size(10_000)
    few, many = (setting.root / f"bundle-{size}" for size in (large // 10, large))
    for folder, size in ((few, large // 10), (many, large)):  # a file sees those beside it
        folder.mkdir()
        (folder / "bundle.yaml").write_text(manifests.bundle(size), "utf-8")

    def ratio() -> float:
        whole, taken = beside(check(many), {"few": check(few)})
        return whole / taken["few"]

    name = f"{large} objects, {3 * large} references / a tenth of both"
    yield Bar(name, often(setting, ratio), 12, True)


def beside_plain(setting: Setting) -> Iterator[Bar]:
    """Plain manifests beside one Ray file that names objects, against splitting their texts and
    looking through them once; what the Ray file and an interpreter cost alone is subtracted.
    """
    count = setting.size(1000)
    alone, among = setting.root / "alone", setting.root / "among"
    for root in (alone, among):
        root.mkdir()
        (root / "ray.yaml").write_text(manifests.bundle(10).split("---\n")[-1], "utf-8")
    for number in range(count):
        (among / f"{number:05}.yaml").write_text(manifests.plain(number), "utf-8")
    paths = listed(setting, "among", sorted(among.iterdir()))
    index, bare = python(INDEX_FILES, paths), python(INDEX_FILES, os.devnull)
    measures = {"among": check(among), "alone": check(alone), "index": index, "bare": bare}
    taken = interleaved(measures, 3 * setting.rounds)
    ratio = (taken["among"] - taken["alone"]) / (taken["index"] - taken["bare"])
    yield Bar(f"{count} plain files beside a Ray file / indexing them", ratio, 4, True)


def parse(setting: Setting) -> Iterator[Bar]:
    """The parser alone, positions and Kubernetes' own scalars included, in this process."""
    import yaml

    from raypolicy.reader import read_yaml
    from raypolicy.source import SourceFile

    for name, make in (("Ray", manifests.ray), ("plain", manifests.plain)):
        texts = [make(number) for number in range(100)]

        def load(texts: list[str] = texts) -> None:
            for text in texts:
                for _ in yaml.load_all(text, Loader=yaml.CSafeLoader):
                    pass

        def read(texts: list[str] = texts) -> None:
            for text in texts:
                read_yaml(SourceFile("", text))

        taken = interleaved({"load": call(load), "read": call(read)}, 8 * setting.rounds)
        ratio = taken["load"] / taken["read"]
        yield Bar(f"parsing {name} with positions, times CSafeLoader's speed", ratio, 1.2, False)


def per_rule(setting: Setting) -> Iterator[Bar]:
    """A rule on a cluster, facts included, against loading the cluster's manifest; in this process.

    More rules make a check slower; each of them must not.
    """
    import yaml

    from raypolicy.audit import aim_of
    from raypolicy.bundle import make_bundle
    from raypolicy.config import Options
    from raypolicy.inputs.files import RawFile
    from raypolicy.model import Model
    from raypolicy.ruleset import RuleSet
    from raypolicy.selection import rules_for

    texts = [manifests.ray(number) for number in range(setting.size(1000))]
    bundle = make_bundle("", (RawFile(str(n), None, t.encode()) for n, t in enumerate(texts)))
    rules = RuleSet(rules_for(Options()).rules)
    aim = aim_of(Options(), "")

    def load() -> None:
        for text in texts:
            yaml.load(text, Loader=yaml.CSafeLoader)

    def run() -> None:
        rules.run(Model(bundle, aim))

    taken = interleaved({"load": call(load), "rules": call(run)}, setting.rounds)
    ratio = taken["rules"] / len(rules.rules) / taken["load"]
    yield Bar(f"each of {len(rules.rules)} rules on a manifest / CSafeLoader", ratio, 0.021, True)


def often(setting: Setting, ratio: Callable[[], float]) -> float:
    """The median of a ratio that is measured again and again."""
    return median(ratio() for _ in range(setting.rounds))


def listed(setting: Setting, name: str, files: list[Path]) -> str:
    """The paths of files, one a line, in a file for a child to read."""
    path = setting.root / f"{name}.txt"
    path.write_text("\n".join(map(str, files)), "utf-8")
    return str(path)


def checkov(given: str | None) -> str | None:
    """Where checkov is, if anywhere."""
    return shutil.which(given or "checkov")


BARS: dict[str, Callable[[Setting], Iterator[Bar]]] = {
    "one-file": one_file,
    "hook": hook,
    "tree": tree,
    "checkov": peer,
    "ray": all_ray,
    "scaling": scaling,
    "stream": stream,
    "references": references,
    "beside-plain": beside_plain,
    "parse": parse,
    "rule": per_rule,
}
