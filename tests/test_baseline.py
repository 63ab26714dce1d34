"""Baselines: a file of known findings hides just these, whatever becomes of lines and file names.

Not here: findings that a base revision has (`test_diffbase`).
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from samples import NAMED_CLUSTER as RAY
from samples import NAMING_RULE as RULE

from raypolicy import baseline
from raypolicy.cli import main
from raypolicy.config import Options
from raypolicy.errors import UsageError
from raypolicy.findings import Report
from raypolicy.run import check, write_baseline

FIXTURES = Path(__file__).parent.parent / "fixtures"
RULES = ("-r", "../rules", "--select", "named,sized")
SIZED = RULE.replace("A cluster has a name", "A cluster has a version").replace(
    "cluster.name", "cluster.rayVersion"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, beside two rules that find the name and the version of a cluster."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/named.yaml").write_text(RULE)
    (tmp_path / "rules/sized.yaml").write_text(SIZED)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def put(name: str, *clusters: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("---\n".join(RAY % each for each in clusters))


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["check", *RULES, *arguments])
    assert result.exit_code in (0, 1, 2), result.output
    return result


def written(*arguments: str, file: str = "known.json") -> str:
    result = run("--write-baseline", file, *arguments)
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    return result.stderr


def git(*arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


def report(*paths: str, file: str = "known.json", **given: Any) -> Report:
    rules = (str(Path(__file__).parent / "none"),) if "rules" in given else ("../rules",)
    options = Options(rules, select=("named", "sized"), baseline=file)
    return check(paths or (".",), options._replace(**given))


def places(found: Report) -> list[str]:
    return [f"{f.span.source.name}:{f.span.first.line} {f.rule.id}" for f in found.findings]


def gone(found: Report) -> list[str]:
    return [f"{each.path} {each.rule}" for each in found.gone]


def entries(file: str = "known.json") -> list[dict[str, str]]:
    listed: list[dict[str, str]] = json.loads(Path(file).read_text())["findings"]
    return listed


# What it looks like


def test_an_entry_a_line_without_line_numbers(folder: Path) -> None:
    put("b.yaml", "two")
    put("x/a.yaml", "one")
    assert "known.json: 4 findings listed\n" in written()
    lines = Path("known.json").read_text().splitlines()
    assert lines[:2] == ["{", '  "version": 1,'] and lines[-2:] == ["  ]", "}"]
    assert [json.loads(line.strip().rstrip(","))["path"] for line in lines[3:-2]] == [
        "b.yaml", "b.yaml", "x/a.yaml", "x/a.yaml"
    ]  # fmt: skip
    first = entries()[0]
    assert list(first) == ["path", "rule", "resource", "fingerprint", "message"]
    assert first["resource"] == "RayCluster two"


def test_nothing_found_is_an_empty_baseline() -> None:
    Path("a.yaml").write_text("kind: Pod\n")
    assert "0 findings listed" in written()
    assert json.loads(Path("known.json").read_text()) == {"version": 1, "findings": []}
    assert places(report()) == []


def test_written_twice_it_is_the_same() -> None:
    put("a.yaml", "one", "two")
    written("a.yaml")
    first = Path("known.json").read_bytes()
    put("a.yaml", "two", "one")
    written("a.yaml")
    assert Path("known.json").read_bytes() == first


def test_hostile_words_are_plain_ascii() -> None:
    put("a\u202e\u001b.yaml", '"\\e[31m\\u202e##[error]"')
    written()
    assert set(Path("known.json").read_bytes()) <= {10, *range(32, 127)}
    assert places(report()) == []


def test_a_baseline_in_the_tree_is_no_manifest() -> None:
    put("a.yaml", "ray.io/v1alpha1", '"\\u202e"')
    written()
    found = report()
    assert (places(found), found.coverage.resources, found.coverage.not_read) == ([], 2, ())


# What it hides


def change(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


CHANGES: list[tuple[str, Callable[[str], str], list[str]]] = [
    ("nothing", lambda text: text, []),
    ("lines before it", lambda text: "# new\n\n" + text, []),
    ("lines within", lambda text: change(text, "spec:\n", "spec:\n  # why\n\n"), []),
    ("white space", lambda text: change(text, "{name: one}", "{ name:   one }"), ["named"]),
    ("white space between words", lambda text: change(text, "rayVersion: ", "rayVersion:   "), []),
    ("a comment behind", lambda text: change(text, "2.9.0", "2.9.0  # the 'old' one"), []),
    ("line ends", lambda text: text.replace("\n", "\r\n"), []),
    ("another value", lambda text: change(text, "2.9.0", "2.9.1"), ["sized"]),
    ("quotes", lambda text: change(text, "2.9.0", "'2.9.0'"), ["sized"]),
    ("another name", lambda text: change(text, "name: one", "name: two"), ["named", "sized"]),
    (
        "another namespace",
        lambda text: change(text, "metadata: {", "metadata: {namespace: ml, "),
        ["named", "sized"],
    ),
    ("a # in a text", lambda text: change(text, "2.9.0", "'2.9 # 0'"), ["sized"]),
]


@pytest.mark.parametrize(
    ("edit", "shown"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_what_is_edited_is_found_again(edit: Callable[[str], str], shown: list[str]) -> None:
    put("a.yaml", "one")
    written()
    path = Path("a.yaml")
    path.write_bytes(edit(path.read_text()).encode())
    found = report()
    assert [f.rule.id for f in found.findings] == shown
    assert sorted(each.rule for each in found.gone) == shown
    assert {each.by for each in found.suppressed} <= {"baseline"}
    assert len(found.suppressed) == 2 - len(shown)


def test_as_many_are_hidden_as_are_listed() -> None:
    put("a.yaml", "one", "one")
    written()
    assert places(report()) == []
    put("a.yaml", "one", "one", "one")
    assert places(report()) == ["a.yaml:15 named", "a.yaml:17 sized"]
    put("a.yaml", "one")
    assert gone(report()) == ["a.yaml named", "a.yaml sized"]


def test_a_renamed_file_keeps_its_entries() -> None:
    put("a.yaml", "one")
    written()
    Path("x").mkdir()
    Path("a.yaml").rename("x/b.yaml")
    assert (places(report()), gone(report())) == ([], [])
    assert places(report("x/b.yaml")) == []


def test_a_copy_is_new() -> None:
    put("a.yaml", "one")
    written()
    put("b.yaml", "one")
    assert places(report()) == ["b.yaml:3 named", "b.yaml:5 sized"]
    assert places(report("b.yaml")) == ["b.yaml:3 named", "b.yaml:5 sized"]


def test_a_file_that_was_split_keeps_its_entries() -> None:
    put("a.yaml", "one", "two")
    written()
    Path("a.yaml").unlink()
    put("one.yaml", "one")
    put("two.yaml", "two")
    assert (places(report()), gone(report())) == ([], [])


def test_a_document_that_was_taken_out_of_a_file_keeps_its_entries() -> None:
    put("a.yaml", "one", "two")
    written()
    put("a.yaml", "one")
    put("b.yaml", "two")
    assert (places(report()), gone(report())) == ([], [])
    with Path("a.yaml").open("a") as file:
        file.write("# there was a two here\n")
    assert places(report()) == ["b.yaml:3 named", "b.yaml:5 sized"]


def test_the_file_that_is_still_there_counts_first() -> None:
    put("a.yaml", "one")
    put("b.yaml", "one")
    written()
    Path("a.yaml").rename("c.yaml")
    put("d.yaml", "one")
    assert places(report()) == ["d.yaml:3 named", "d.yaml:5 sized"]


def test_what_a_comment_hides_is_not_listed_and_needs_no_entry() -> None:
    put("a.yaml", "one")
    written()
    text = Path("a.yaml").read_text()
    Path("a.yaml").write_text(text.replace("2.9.0", "2.9.0 # raypolicy: ignore[sized] old"))
    found = report()
    assert [each.by for each in found.suppressed] == ["baseline", "comment"]
    assert gone(found) == []
    written()
    assert [each["rule"] for each in entries()] == ["named"]


def test_mandatory_rules_are_neither_listed_nor_hidden() -> None:
    put("a.yaml", "one")
    written()
    found = report(mandatory=("sized",))
    assert (places(found), gone(found)) == (["a.yaml:5 sized"], [])
    options = Options(("../rules",), select=("named", "sized"), mandatory=("sized",))
    assert write_baseline("known.json", ["."], options)[1:] == (1, 0)
    assert [each["rule"] for each in entries()] == ["named"]


@pytest.mark.parametrize("name", ["quickstart", "batch-jobs"])
def test_each_entry_hides_one_finding(name: str) -> None:
    shutil.copytree(FIXTURES / name, "p")
    options = Options()
    write_baseline("known.json", ["p"], options)
    everything = baseline.read("known.json")
    assert len(everything) >= 3
    for number, entry in enumerate(everything):
        baseline.write("less.json", [*everything[:number], *everything[number + 1 :]])
        found = check(["p"], options._replace(baseline="less.json"))
        shown = [(f.rule.id, f.span.source.name) for f in found.findings]
        assert shown == [(entry.rule, entry.path)]


# Shuffled manifests


def shuffled(text: str, chance: random.Random) -> str:
    """The same documents in another order, with comments and blank lines more."""
    documents = text.removesuffix("\n").split("\n---\n")
    chance.shuffle(documents)
    lines: list[str] = []
    for line in "\n---\n".join(documents).split("\n"):
        if line[:1].isalpha() and chance.random() < 0.5:
            lines += chance.choice([["# more"], [""], ["", "  # more", ""]])
        lines.append(line)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", ["aged-operator", "batch-jobs", "llm-service", "platform"])
def test_moved_lines_and_documents_bring_nothing(name: str, seed: int) -> None:
    shutil.copytree(FIXTURES / name, "p")
    options = Options(profile="pedantic")
    listed = write_baseline("known.json", ["p"], options)
    assert listed.entries > 0
    chance = random.Random(seed)
    for path in sorted(Path("p").rglob("*.yaml")):
        path.write_text(shuffled(path.read_text(), chance))
    if seed % 2:
        Path("p").rename("q")
    found = check(["."], options._replace(baseline="known.json"))
    assert (places(found), gone(found)) == ([], [])
    assert len([each for each in found.suppressed if each.by == "baseline"]) == listed.entries


# Where it lies, and what is read


def test_paths_are_seen_from_the_baseline(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("clusters/a.yaml", "one")
    Path("ci").mkdir()
    written(file="ci/known.json")
    assert entries("ci/known.json")[0]["path"] == "../clusters/a.yaml"
    assert places(report(file="ci/known.json")) == []
    assert places(report(str(folder), file=str(folder / "ci/known.json"))) == []
    monkeypatch.chdir("clusters")
    assert places(report(rules=("../../rules",), file="../ci/known.json")) == []
    monkeypatch.chdir(folder.parent)
    found = report("here", rules=("rules",), file="here/ci/known.json")
    assert (places(found), gone(found)) == ([], [])


def test_behind_a_symbolic_link(folder: Path) -> None:
    put("real/a.yaml", "one")
    Path("link").symlink_to("real")
    written("link", file="real/known.json")
    assert entries("real/known.json")[0]["path"] == "a.yaml"
    for name in ("link", "real"):
        assert places(report(name, file="link/known.json")) == []


def test_the_link_to_a_baseline_stays() -> None:
    put("a.yaml", "one")
    Path("real").mkdir()
    Path("known.json").symlink_to("real/known.json")
    written()
    assert Path("known.json").is_symlink()
    assert len(baseline.read("real/known.json")) == 2


def test_an_archive(folder: Path) -> None:
    put("x/a.yaml", "one")
    put("x/b.yaml", "two")
    shutil.make_archive("x", "zip", "x")
    shutil.rmtree("x")
    written("x.zip")
    assert {each["path"] for each in entries()} == {"x.zip!/a.yaml", "x.zip!/b.yaml"}
    assert places(report("x.zip")) == []
    put("x/a.yaml", "one")
    shutil.make_archive("x", "zip", "x")
    shutil.rmtree("x")
    found = report("x.zip")
    assert gone(found) == ["x.zip!/b.yaml named", "x.zip!/b.yaml sized"]
    Path("x.zip").rename("y.zip")
    found = report("y.zip")
    assert (places(found), gone(found)) == ([], [])


def test_standard_input_under_its_name() -> None:
    put("a.yaml", "one")
    written()
    arguments = ["check", *RULES, "--baseline", "known.json", "-", "--stdin-filename", "a.yaml"]
    result = CliRunner().invoke(main, arguments, input=RAY % "one")
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_kustomization(folder: Path) -> None:
    """What overlays make of names does not matter; nor does another overlay."""
    if not shutil.which("kustomize") and not shutil.which("kubectl"):
        pytest.skip("neither kustomize nor kubectl is installed")
    put("base/a.yaml", "one")
    Path("base/kustomization.yaml").write_text("resources: [a.yaml]\n")
    overlay("prod")
    written()
    assert {(each["path"], each["resource"]) for each in entries()} == {
        ("base/a.yaml", "RayCluster")
    }
    overlay("dev")
    found = report()
    assert (places(found), gone(found)) == ([], [])
    for path in ("base/a.yaml", "base", "overlays/dev"):
        found = report(path)
        assert (places(found), gone(found)) == ([], []), path


def overlay(name: str) -> None:
    path = Path(f"overlays/{name}/kustomization.yaml")
    path.parent.mkdir(parents=True)
    path.write_text(f"resources: [../../base]\nnamePrefix: {name}-\nnamespace: {name}\n")


# What is gone


@pytest.fixture
def three() -> None:
    put("a.yaml", "one")
    put("x/b.yaml", "two")
    put("x/y/c.yaml", "three")
    written()
    for name in ("a.yaml", "x/b.yaml", "x/y/c.yaml"):
        put(name, "new")


GONE: list[tuple[str, tuple[str, ...], dict[str, Any], str]] = [
    ("everything", (".",), {}, "abc"),
    ("a directory", ("x",), {}, "bc"),
    ("a file", ("x/b.yaml",), {}, "b"),
    ("a file twice, and its directory", ("x/b.yaml", "x", "./x"), {}, "bc"),
    ("files left out", (".",), {"exclude": ("x/y",)}, "ab"),
    ("a rule left out", (".",), {"ignore": ("sized",)}, "abc"),
]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("paths", "given", "which"), [row[1:] for row in GONE], ids=[row[0] for row in GONE]
)
def test_what_is_gone_of_what_was_looked_at(
    paths: tuple[str, ...], given: dict[str, Any], which: str
) -> None:
    rules = [rule for rule in ("named", "sized") if rule not in given.get("ignore", ())]
    names = {"a": "a.yaml", "b": "x/b.yaml", "c": "x/y/c.yaml"}
    expected = [f"{names[letter]} {rule}" for letter in which for rule in rules]
    assert gone(report(*paths, **given)) == expected
    if not any(path.endswith(".yaml") for path in paths):
        for name in names.values():
            Path(name).unlink()
        assert gone(report(*paths, **given)) == expected


@pytest.mark.usefixtures("three")
def test_what_could_not_be_read_is_not_gone() -> None:
    Path("a.yaml").write_text(RAY % "{{ .Values.name }}" + "{{ if .Values.x }}\n")
    found = report()
    assert found.coverage.not_read
    assert "a.yaml named" not in gone(found)


@pytest.mark.usefixtures("three")
def test_what_is_gone_is_said() -> None:
    result = run("--baseline", "known.json", "x/b.yaml")
    assert result.stderr.endswith("; 2 entries of the baseline are gone\n")
    result = run("--baseline", "known.json", "x/b.yaml", "-v")
    line = "x/b.yaml: gone from what the baseline lists: two [named]"
    assert line in result.stderr.splitlines()
    told = json.loads(run("--baseline", "known.json", "x/b.yaml", "-f", "json").stdout)
    assert told["gone"][0] == {
        "rule": "named", "path": "x/b.yaml", "resource": "RayCluster two", "message": "two"
    }  # fmt: skip


def test_the_coverage_line_tells_what_is_hidden_by_what() -> None:
    put("a.yaml", "one")
    written()
    put("a.yaml", "one", "two # raypolicy: ignore[named] known")
    text = Path("a.yaml").read_text().replace("two #", "two} #").replace("known}", "known")
    Path("a.yaml").write_text(text)
    result = run("--baseline", "known.json")
    assert result.stderr.endswith(": 1 error; 2 in the baseline; 1 finding suppressed\n")


# What is written


@pytest.mark.usefixtures("three")
def test_what_was_not_looked_at_is_kept() -> None:
    said = written("x/y")
    assert "known.json: 6 findings listed, 4 of them kept" in said
    assert [(each["path"], each["resource"][11:]) for each in entries()][::2] == [
        ("a.yaml", "one"), ("x/b.yaml", "two"), ("x/y/c.yaml", "new")
    ]  # fmt: skip
    assert "kept" not in written(".")
    assert {each["resource"] for each in entries()} == {"RayCluster new"}


@pytest.mark.usefixtures("three")
def test_rules_that_did_not_run_are_kept() -> None:
    assert "3 of them kept" in written(".", "--ignore", "sized")
    assert {(each["rule"], each["resource"] == "RayCluster new") for each in entries()} == {
        ("named", True), ("sized", False)
    }  # fmt: skip


def test_what_another_baseline_hides_is_listed() -> None:
    put("a.yaml", "one")
    written(file="other.json")
    written("--baseline", "other.json")
    assert Path("known.json").read_text() == Path("other.json").read_text()


def test_the_last_manifest_is_gone() -> None:
    put("a.yaml", "one")
    written()
    Path("a.yaml").unlink()
    Path("b.yaml").write_text("kind: Pod\n")
    assert gone(report()) == ["a.yaml named", "a.yaml sized"]
    assert gone(report("b.yaml")) == []
    written()
    assert entries() == []


def test_a_baseline_of_another_version_is_written_anew() -> None:
    put("a.yaml", "one")
    Path("known.json").write_text('{"version": 2, "known": []}')
    written()
    assert len(entries()) == 2


def test_its_mode_stays() -> None:
    put("a.yaml", "one")
    written()
    Path("known.json").chmod(0o640)
    written()
    assert Path("known.json").stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir()) == ["a.yaml", "known.json"]


# What the user got wrong

WRONG: list[tuple[str, str]] = [
    ("", "baseline known.json: an empty file"),
    ("{", "known.json:1:2: error: not JSON: "),
    ('{"version": 1,\n"findings": [}', "known.json:2:14: error: not JSON: "),
    ("version: 1", "known.json:1:1: error: not JSON: "),
    ("[]", 'baseline known.json: {"version": 1, "findings": [...]} is expected'),
    ("{}", 'baseline known.json: {"version": 1, "findings": [...]} is expected'),
    ('{"version": 2}', "baseline known.json: written by a newer raypolicy (version 2); write it"),
    ('{"version": 0}', "baseline known.json: version: 1 is expected; write it anew"),
    ('{"version": "1"}', "baseline known.json: version: 1 is expected"),
    ('{"version": true}', "baseline known.json: version: 1 is expected"),
    ('{"version": 1}', "baseline known.json: findings: a list is expected"),
    ('{"version": 1, "findings": {}}', "baseline known.json: findings: a list is expected"),
    ('{"version": 1, "findings": [1]}', "baseline known.json: findings[0]: a mapping is expected"),
    ('{"version": 1, "findings": [{}]}', "baseline known.json: findings[0]: path is missing"),
    (
        '{"version": 1, "findings": [{"path": "a", "rule": 1, "resource": "", "fingerprint": ""}]}',
        "baseline known.json: findings[0].rule: a text is expected",
    ),
    (
        '{"version": 1,\n<<<<<<< HEAD\n"findings": []\n=======\n>>>>>>> x\n}',
        "known.json:2:1: error: a merge conflict is not settled",
    ),
    ("[" * 100_000, "baseline known.json: not JSON that can be read: RecursionError"),
    (f'{{"version": {"9" * 5_000}}}', "baseline known.json: not JSON that can be read"),
]


@pytest.mark.parametrize(("text", "words"), WRONG, ids=[words for _, words in WRONG])
def test_a_file_that_is_no_baseline(text: str, words: str) -> None:
    put("a.yaml", "one")
    Path("plain.yaml").write_text("kind: Pod\n")
    Path("known.json").write_text(text)
    for path in ("a.yaml", "plain.yaml"):
        result = run("--baseline", "known.json", path)
        assert (result.exit_code, result.stdout) == (2, "")
        assert words in result.stderr
    if text and '"version": ' not in text.replace('"version": 1', ""):
        result = run("--write-baseline", "known.json", "a.yaml")
        assert result.exit_code == 2
        assert f"not overwritten: {words}" in result.stderr
        assert Path("known.json").read_text() == text


def test_a_manifest_is_not_overwritten() -> None:
    put("a.yaml", "one")
    before = Path("a.yaml").read_bytes()
    assert run("--write-baseline", "a.yaml", ".").exit_code == 2
    assert Path("a.yaml").read_bytes() == before


def test_files_that_cannot_be_read_or_written(folder: Path) -> None:
    put("a.yaml", "one")
    Path("x").mkdir()
    Path("latin.json").write_bytes(b"\xe9")
    for name, words in (
        ("none.json", "baseline none.json is not there; --write-baseline writes it"),
        ("x", "baseline x: not a plain file"),
        ("latin.json", "baseline latin.json: not UTF-8"),
    ):
        result = run("--baseline", name, "a.yaml")
        assert (result.exit_code, result.stderr) == (2, f"{words}\n")
    for name, words in (
        ("none/known.json", "cannot write none/known.json: No such file or directory"),
        ("x", "cannot write x: it is a directory"),
        ("/dev/null", "cannot write /dev/null: it is not a plain file"),
    ):
        result = run("--write-baseline", name, "a.yaml")
        assert (result.exit_code, result.stderr) == (2, f"{words}\n")
    assert sorted(os.listdir()) == ["a.yaml", "latin.json", "x"]


def test_nothing_is_left_of_a_baseline_that_could_not_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put("a.yaml", "one")
    written()
    before = Path("known.json").read_bytes()
    put("a.yaml", "two")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UsageError, match="No space left"):
        write_baseline("known.json", ["."], Options(("../rules",), select=("named",)))
    assert Path("known.json").read_bytes() == before
    assert sorted(os.listdir()) == ["a.yaml", "known.json"]


@pytest.mark.parametrize(
    "other", ["--fix", "--diff", "--diff-base=HEAD", "--format=json", "-"], ids=str
)
def test_what_writing_does_not_go_with(other: str) -> None:
    put("a.yaml", "one")
    result = run("--write-baseline", "known.json", "a.yaml", other)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--write-baseline" in result.stderr
    assert not Path("known.json").exists()


def test_a_document_that_moved_in_a_revision() -> None:
    """What the old file says is asked of the revision, not of the disk."""
    git("init", "-q")
    put("a.yaml", "one", "two")
    written()
    put("a.yaml", "one")
    put("b.yaml", "two")
    git("add", ".")
    git("commit", "-qm", "x")
    put("a.yaml", "one", "two")
    assert report(rev="HEAD").findings == ()
