"""The prepared catalogue: fresh in a checkout, at hand in a wheel, whole at every moment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from raypolicy import catalogue
from raypolicy.errors import UsageError
from raypolicy.prepared import load

ROOT = Path(__file__).parent.parent
RULE = """\
summary: %s
severity: note
why: because
see: [https://example.org]
given: {cluster: 'clusters[*]'}
require: cluster.name exists
message: "{cluster.name}"
examples:
  - pass: a
  - fail: b
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one rule, and the files of code that give rules their meaning."""
    package = tmp_path / "raypolicy"
    for name in ("paths.py", "clause.py", "rulefile.py", "cli.py", "facts/cluster.py"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("# code\n")
    (package / "data").mkdir()
    monkeypatch.setattr(catalogue, "PACKAGE", package)
    monkeypatch.setattr(catalogue, "PREPARED", package / "data" / "catalogue.prepared")
    monkeypatch.setattr(catalogue, "PROSE", package / "data" / "prose.prepared")
    put(tmp_path, "one")
    return tmp_path


def put(house: Path, name: str, summary: str = "s", topic: str = "own") -> Path:
    path = house / "rules" / topic / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(RULE % summary)
    return path


def summaries(**prose: bool) -> dict[str, str]:
    return {rule["id"]: rule["summary"] for rule in catalogue.shipped(**prose)}


def held(house: Path) -> list[Path]:
    return sorted((house / "raypolicy" / "data").iterdir())


@pytest.fixture
def unprepared(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From when it is called, preparing a rule is a failure."""

    def refuse(paths: Any) -> None:
        raise AssertionError("rules are prepared though nothing has changed")

    return lambda: monkeypatch.setattr(catalogue, "prepare_all", refuse)


# In a checkout


def test_rules_are_prepared_once(house: Path, unprepared: Callable[[], None]) -> None:
    assert summaries() == {"one": "s"}
    assert [path.name for path in held(house)] == ["catalogue.prepared", "prose.prepared"]
    unprepared()
    assert summaries() == {"one": "s"}
    assert summaries(prose=True) == {"one": "s"}


def test_prose_comes_only_where_it_is_asked_for(house: Path) -> None:
    (lean,), (full,) = catalogue.shipped(), catalogue.shipped(prose=True)
    assert not {"why", "see", "examples"} & set(lean)
    assert (full["why"], full["see"]) == ("because", ["https://example.org"])
    assert [sorted(example) for example in full["examples"]] == [["line", "pass"], ["fail", "line"]]
    assert full["file"].endswith("rules/own/one.yaml")
    assert catalogue.prepare_all([house / "rules"]) == [full]


def touch(path: Path) -> None:
    """The same bytes, a second later."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000_000))


CHANGES: dict[str, tuple[Callable[[Path], object], dict[str, str]]] = {
    "a longer rule": (lambda house: put(house, "one", "longer"), {"one": "longer"}),
    "a rule of the same size": (
        lambda house: (put(house, "one", "t"), touch(house / "rules/own/one.yaml")),
        {"one": "t"},
    ),
    "one more rule": (lambda house: put(house, "two", "t"), {"one": "s", "two": "t"}),
    "one more topic": (lambda house: put(house, "two", "t", "other"), {"one": "s", "two": "t"}),
    "no rule any more": (lambda house: (house / "rules/own/one.yaml").unlink(), {}),
    "a rule under another name": (
        lambda house: (house / "rules/own/one.yaml").rename(house / "rules/own/uno.yaml"),
        {"uno": "s"},
    ),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_what_changes_in_rule_files_is_seen(
    change: Callable[[Path], object], expected: dict[str, str], house: Path
) -> None:
    summaries()
    change(house)
    assert summaries() == expected
    assert summaries(prose=True) == expected


@pytest.mark.parametrize(
    ("name", "counts"),
    [("paths.py", True), ("clause.py", True), ("rulefile.py", True), ("facts/cluster.py", True), ("cli.py", False)],
)  # fmt: skip
def test_code_that_gives_rules_their_meaning_counts(
    name: str, counts: bool, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summaries()
    (house / "raypolicy" / name).write_text("# other code\n")
    prepared: list[Any] = []
    real = catalogue.prepare_all
    monkeypatch.setattr(catalogue, "prepare_all", lambda paths: prepared.append(1) or real(paths))
    summaries()
    assert bool(prepared) is counts


def test_a_bad_rule_file_is_told_each_time_until_it_is_mended(house: Path) -> None:
    summaries()
    path = put(house, "two")
    path.write_text("sumary: s\n")
    for _ in range(2):
        with pytest.raises(UsageError, match=r"two\.yaml:1:1: error: unknown key 'sumary'"):
            catalogue.shipped()
    put(house, "two")
    assert summaries() == {"one": "s", "two": "s"}


@pytest.mark.parametrize("text", ["", "{", '{"stamp": [', "nonsense"])
@pytest.mark.parametrize("name", ["catalogue.prepared", "prose.prepared"])
def test_a_damaged_file_is_made_anew(text: str, name: str, house: Path) -> None:
    summaries()
    (house / "raypolicy" / "data" / name).write_text(text)
    assert summaries(prose=True) == {"one": "s"}
    assert summaries() == {"one": "s"}


def test_prose_of_another_day_is_not_taken(house: Path) -> None:
    summaries()
    old = catalogue.PROSE.read_bytes()
    put(house, "one", "changed")
    summaries()
    catalogue.PROSE.write_bytes(old)
    assert summaries(prose=True) == {"one": "changed"}


# At every moment


def test_a_write_that_fails_leaves_what_was_there(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summaries()
    before = {path.name: path.read_bytes() for path in held(house)}
    put(house, "two")

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert summaries() == {"one": "s", "two": "s"}
    assert {path.name: path.read_bytes() for path in held(house)} == before
    assert summaries() == {"one": "s", "two": "s"}


def test_files_are_put_in_place_whole(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = os.replace

    def watched(source: Any, target: Any) -> None:
        assert load(source) is not None
        seen.append(Path(target).name)
        real(source, target)

    monkeypatch.setattr(os, "replace", watched)
    summaries()
    assert seen == ["prose.prepared", "catalogue.prepared"]
    assert [path.name for path in held(house)] == ["catalogue.prepared", "prose.prepared"]


def test_a_checkout_that_may_not_be_written_works(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = house / "raypolicy" / "data"
    data.chmod(0o500)
    if os.access(data, os.W_OK):  # permissions do not bind root

        def refuse(*_: Any, **__: Any) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "replace", refuse)
    try:
        assert summaries() == {"one": "s"}
        assert summaries(prose=True) == {"one": "s"}
        assert held(house) == []
    finally:
        data.chmod(0o700)


# Where it is installed


def test_an_installed_catalogue_is_taken_as_it_is(house: Path, unprepared: Callable[[], None]) -> None:  # fmt: skip
    shutil.move(house / "rules", house / "raypolicy" / "rules")
    catalogue.write(None)
    (house / "raypolicy" / "rules" / "own" / "one.yaml").write_text("changed\n")
    unprepared()
    assert summaries() == {"one": "s"}
    assert summaries(prose=True) == {"one": "s"}


@pytest.mark.integration
def test_a_wheel_holds_rules_and_prepared_catalogue(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "catalogue.prepared", "prose.prepared")  # fmt: skip
    shutil.copytree(ROOT, checkout, ignore=ignored)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    wheel_options = ["--no-deps", "--wheel-dir", tmp_path]
    subprocess.run([*pip, "wheel", *wheel_options, checkout], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    rules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "rules").rglob("*.yaml")}
    assert {f"raypolicy/{rule}" for rule in rules} <= names
    assert {"raypolicy/data/catalogue.prepared", "raypolicy/data/prose.prepared"} <= names
    assert {"raypolicy/data/ray-releases.yaml", "raypolicy/data/kuberay-releases.yaml"} <= names
    assert {"raypolicy/data/report.css", "raypolicy/data/report.js"} <= names
    assert "raypolicy/py.typed" in names
    assert not any(name.startswith(("tests/", "fixtures/")) for name in names)

    folder = tmp_path / "venv"
    venv.create(folder, with_pip=False)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))  # fmt: skip
    # The packages it depends on are those of this environment, without its link to the checkout.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    python = folder / "bin" / "python"
    subprocess.run([*pip, "--python", python, "install", "--no-deps", wheel], check=True)
    before = stamps(site / "raypolicy")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [folder / "bin" / "raypolicy", *arguments]
        return subprocess.run(command, cwd=ROOT / "fixtures", capture_output=True, text=True)

    where = subprocess.run([python, "-c", "import raypolicy; print(raypolicy.__file__)"], cwd=tmp_path, capture_output=True, text=True)  # fmt: skip
    assert where.stdout.startswith(str(site))
    listed = json.loads(run("rules", "--format", "json").stdout)
    assert {rule["id"] for rule in listed["rules"]} == {Path(rule).stem for rule in rules}
    for form in ("text", "sarif"):
        arguments = ["check", "quickstart", "--no-config", "-f", form]
        ours = subprocess.run([sys.executable, "-m", "raypolicy", *arguments], cwd=ROOT / "fixtures", capture_output=True, text=True)  # fmt: skip
        theirs = run(*arguments)
        assert (theirs.returncode, theirs.stdout) == (ours.returncode, ours.stdout)
        assert theirs.returncode == 1
    assert run("test").returncode == 0
    assert run("explain", "worker-python-mismatch").returncode == 0
    assert stamps(site / "raypolicy") == before


def stamps(folder: Path) -> dict[str, int]:
    found = (path for path in folder.rglob("*") if path.suffix in (".prepared", ".yaml", ".py"))
    return {str(path): path.stat().st_mtime_ns for path in found}
