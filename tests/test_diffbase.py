"""`--diff-base`: only what a branch has brought is found, as git knows it.

Real repositories, made here. Not here: reading a revision (`test_revision`); baselines.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from samples import NAMED_CLUSTER as RAY
from samples import NAMING_RULE as RULE

from raypolicy import check as check_text
from raypolicy.cli import main
from raypolicy.config import Options
from raypolicy.errors import UsageError
from raypolicy.run import check, write_baseline

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.fixture(autouse=True)
def _home(plain_git: Path) -> None:
    (plain_git / "named.yaml").write_text(RULE)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose branch `main` has three clusters, with a branch `work` checked out."""
    folder = tmp_path / "repo"
    folder.mkdir()
    monkeypatch.chdir(folder)
    git("init", "-q", "-b", "main")
    put("a.yaml", "one")
    put("x/b.yaml", "two", "three")
    Path("plain.yaml").write_text("kind: Pod\n")
    commit()
    git("checkout", "-q", "-b", "work")
    return folder


def git(*arguments: str, folder: str = ".") -> str:
    command = ["git", "-c", "protocol.file.allow=always", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def put(name: str, *clusters: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("---\n".join(RAY % each for each in clusters))


def add(name: str, text: str) -> None:
    with Path(name).open("a") as file:
        file.write(text)


def commit() -> str:
    git("add", "-A")
    git("commit", "-q", "--allow-empty", "-m", "x")
    return git("rev-parse", "HEAD")


def run(*arguments: str, base: str = "main") -> Result:
    rules = os.environ["HOME"] + "/named.yaml"
    options = ["-r", rules, "--select", "named", "--diff-base", base]
    return CliRunner().invoke(main, ["check", *options, *arguments])


def new(*arguments: str, base: str = "main") -> list[str]:
    """The files and names of new clusters."""
    result = run(*arguments, "-f", "json", base=base)
    assert result.exit_code in (0, 1), result.output
    found = json.loads(result.stdout)
    assert {each["by"] for each in found["suppressed"]} <= {"base"}
    return [f"{each['path']} {each['message']}" for each in found["findings"]]


# What a branch brings


def in_work_tree() -> None:
    pass


def staged() -> None:
    git("add", "-A")


def committed() -> None:
    commit()


def moved(old: str, to: str) -> Callable[[], None]:
    def move() -> None:
        Path(to).parent.mkdir(parents=True, exist_ok=True)
        Path(old).rename(to)

    return move


def all_of(*steps: Callable[[], object]) -> Callable[[], None]:
    def take() -> None:
        for step in steps:
            step()

    return take


CHANGES: list[tuple[str, Callable[[], object], list[str]]] = [
    ("nothing", lambda: None, []),
    ("a new file", lambda: put("c.yaml", "one"), ["c.yaml one"]),
    ("a new document", lambda: put("a.yaml", "zero", "one"), ["a.yaml zero"]),
    ("lines moved", lambda: Path("a.yaml").write_text("# new\n\n" + RAY % "one"), []),
    ("documents swapped", lambda: put("x/b.yaml", "three", "two"), []),
    ("an edited line", lambda: put("a.yaml", "other"), ["a.yaml other"]),
    ("the same once more", lambda: put("a.yaml", "one", "one"), ["a.yaml one"]),
    ("a file deleted", lambda: Path("a.yaml").unlink(), []),
    ("a document deleted", lambda: put("x/b.yaml", "two"), []),
    ("a file renamed", moved("a.yaml", "y/c.yaml"), []),
    ("a directory renamed", moved("x", "y"), []),
    (
        "a file renamed and edited",
        all_of(moved("a.yaml", "c.yaml"), lambda: add("c.yaml", "---\n" + RAY % "four")),
        ["c.yaml four"],
    ),
    (
        "a file renamed, all of it edited",
        all_of(
            moved("a.yaml", "c.yaml"),
            lambda: put("c.yaml", "one", *(f"n{number}" for number in range(9))),
        ),
        [f"c.yaml n{number}" for number in range(9)],
    ),
    ("a copy", lambda: shutil.copy("a.yaml", "c.yaml"), ["c.yaml one"]),
    (
        "a copy of what was renamed",
        all_of(moved("a.yaml", "c.yaml"), lambda: shutil.copy("c.yaml", "d.yaml")),
        ["d.yaml one"],
    ),
    (
        "a file split in two",
        all_of(
            lambda: Path("x/b.yaml").unlink(),
            lambda: put("x/c.yaml", "two"),
            lambda: put("x/d.yaml", "three"),
        ),
        [],
    ),
    (
        "a document taken out of a file",
        all_of(lambda: put("x/b.yaml", "two"), lambda: put("c.yaml", "three")),
        [],
    ),
    (
        "one mended, another of its kind brought",
        all_of(
            lambda: Path("a.yaml").write_text("# one\n" + RAY % "mended"),
            lambda: put("c.yaml", "one"),
        ),
        ["a.yaml mended", "c.yaml one"],
    ),
    (
        "two files in one",
        all_of(
            lambda: Path("x/b.yaml").unlink(),
            lambda: put("a.yaml", "one", "two", "three"),
        ),
        [],
    ),
    (
        "a file replaced",
        all_of(lambda: Path("a.yaml").unlink(), lambda: put("c.yaml", "other")),
        ["c.yaml other"],
    ),
]


@pytest.mark.parametrize(
    ("change", "brought", "state"),
    [
        pytest.param(*row[1:], state, id=f"{row[0]}-{state.__name__}")
        for row in CHANGES
        for state in (in_work_tree, staged, committed)
        if state is not staged or "renamed" in row[0]  # to git all else is the same then
    ],
)
def test_what_a_branch_brings(
    change: Callable[[], object], brought: list[str], state: Callable[[], None], repo: Path
) -> None:
    change()
    state()
    assert new() == brought
    if state is in_work_tree:
        assert new(*sorted(str(path) for path in Path().rglob("*.yaml"))) == brought
    if state is committed:
        head = git("rev-parse", "HEAD")
        git("checkout", "-q", "main")
        assert new("--rev", head) == brought
        assert new("--rev", "main", base=head) == []


@pytest.mark.usefixtures("repo")
def test_what_the_other_branch_has_mended_is_not_new() -> None:
    """It is compared with where the branch left, not with what the other has become."""
    commit()
    git("checkout", "-q", "main")
    Path("a.yaml").unlink()
    put("main.yaml", "mine")
    commit()
    git("checkout", "-q", "work")
    assert new() == []
    git("merge", "-q", "main", "-m", "x")
    assert new() == []


@pytest.mark.usefixtures("repo")
def test_the_status_and_the_coverage_line() -> None:
    result = run()
    assert (result.exit_code, result.stdout) == (0, "")
    assert (
        result.stderr == "3 files, 3 Ray resources in 2 bundles: no findings; 3 older than main\n"
    )
    put("c.yaml", "four")
    result = run()
    assert result.exit_code == 1
    assert result.stderr.endswith(": 1 error; 3 older than main\n")


@pytest.mark.usefixtures("repo")
def test_a_suppression_taken_away_brings_its_finding() -> None:
    text = RAY % "one"
    hidden = text.replace("{name: one}", "{name: one} # raypolicy: ignore[named]")
    Path("a.yaml").write_text(hidden)
    commit()
    git("branch", "-f", "main")
    assert new("a.yaml", "--no-suppressions") == []
    Path("a.yaml").write_text(text)
    assert new() == ["a.yaml one"]


def found_in(*paths: str, base: str = "main") -> set[str]:
    found = check(paths, Options(diff_base=base))
    return {f"{each.span.source.name} {each.rule.id}" for each in found.findings}


@pytest.mark.usefixtures("repo")
def test_a_change_beside_it_brings_a_finding_in_a_file_that_is_the_same() -> None:
    put("j/cluster.yaml", "ray-training")
    Path("j/job.yaml").write_text(
        "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: job}\n"
        "spec: {entrypoint: x, clusterSelector: {ray.io/cluster: ray-training}}\n"
    )
    commit()
    git("branch", "-f", "main")
    assert found_in("j") == found_in("j/job.yaml") == set()
    put("j/cluster.yaml", "ray-trianing")
    assert "j/job.yaml misspelt-cluster-selector" in found_in("j")
    assert "j/job.yaml misspelt-cluster-selector" in found_in("j/job.yaml")


@pytest.mark.usefixtures("repo")
def test_what_a_newer_operator_makes_of_the_same_lines_is_brought_with_it() -> None:
    shutil.copytree(FIXTURES / "aged-operator", "aged")
    commit()
    git("branch", "-f", "main")
    assert found_in("aged") == set()
    file = Path("aged/cluster.yaml")
    file.write_text(file.read_text().replace("operator:v1.1.1", "operator:v1.6.0"))
    assert "aged/cluster.yaml rounded-up-cpus" in found_in("aged")
    assert "aged/cluster.yaml missing-cpu-amount" not in found_in("aged")


# Where it is asked


@pytest.mark.usefixtures("repo")
def test_from_another_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    put("x/c.yaml", "four")
    put("d.yaml", "five")
    monkeypatch.chdir("x")
    assert new() == ["c.yaml four"]
    assert new("..") == ["../d.yaml five", "../x/c.yaml four"]
    assert new("../a.yaml", "b.yaml") == []


@pytest.mark.usefixtures("repo")
def test_a_file_that_comes_from_elsewhere() -> None:
    """Only the new place is asked for; what was there before lay in another."""
    git("mv", "a.yaml", "x/c.yaml")
    assert new("x") == new("x/c.yaml") == []
    Path("y").mkdir()
    Path("x/c.yaml").rename("y/c.yaml")
    assert new("y") == new("y/c.yaml") == []


@pytest.mark.usefixtures("repo")
def test_behind_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("repo")
    Path("inner").symlink_to("x")
    assert new(str(tmp_path / "link/x")) == new("inner") == []


@pytest.mark.usefixtures("repo")
def test_names_of_any_bytes() -> None:
    for number, name in enumerate((b"caf\xe9.yaml", b"a\nb.yaml", b'"q\\.yaml', b"-x.yaml")):
        put(os.fsdecode(name), f"c{number}")
    commit()
    git("branch", "-f", "main")
    assert new() == []
    for name in (b"caf\xe9.yaml", b"a\nb.yaml"):
        Path(os.fsdecode(name)).rename(os.fsdecode(name.replace(b".", b"2.")))
    git("add", "-A")
    assert new() == []


@pytest.mark.usefixtures("repo")
def test_files_that_are_left_out() -> None:
    put("x/c.yaml", "four")
    put("y/c.yaml", "five")
    assert new("--exclude", "x") == ["y/c.yaml five"]


def test_two_overlays_of_a_base(repo: Path) -> None:
    if not shutil.which("kustomize") and not shutil.which("kubectl"):
        pytest.skip("neither kustomize nor kubectl is installed")
    put("k/base/r.yaml", "base")
    Path("k/base/kustomization.yaml").write_text("resources: [r.yaml]\n")
    overlay("prod")
    overlay("test")
    commit()
    git("branch", "-f", "main")
    assert new("k") == []
    overlay("dev")
    assert new("k") == []
    add("k/base/r.yaml", "---\n" + RAY % "more")
    assert new("k") == ["k/base/r.yaml dev-more"]
    git("checkout", "-q", "k")
    git("mv", "k", "l")
    assert new("l") == []


def overlay(name: str) -> None:
    path = Path(f"k/overlays/{name}/kustomization.yaml")
    path.parent.mkdir(parents=True)
    path.write_text(f"resources: [../../base]\nnamePrefix: {name}-\n")


@pytest.mark.usefixtures("repo")
def test_a_bare_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("c.yaml", "four")
    commit()
    git("clone", "-q", "--bare", ".", "../bare.git")
    monkeypatch.chdir(tmp_path / "bare.git")
    assert new("--rev", "work") == ["c.yaml four"]


@pytest.mark.usefixtures("repo")
def test_a_baseline_hides_what_is_left() -> None:
    put("c.yaml", "four")
    rules = (os.environ["HOME"] + "/named.yaml",)
    options = Options(rules, select=("named",))
    write_baseline("known.json", ["."], options)
    put("d.yaml", "five")
    found = check(["."], options._replace(diff_base="main", baseline="known.json"))
    assert [each.message for each in found.findings] == ["five"]
    assert [each.by for each in found.suppressed] == ["base", "baseline", "base", "base"]
    assert found.gone == ()


@pytest.mark.usefixtures("repo")
def test_mandatory_rules_are_asked_what_is_new_as_well() -> None:
    rules = (os.environ["HOME"] + "/named.yaml",)
    options = Options(rules, select=("named",), mandatory=("named",), diff_base="main")
    assert check(["."], options).findings == ()


@pytest.mark.usefixtures("repo")
def test_fixes_are_those_of_what_is_new() -> None:
    put("c.yaml", "four")
    before = Path("a.yaml").read_bytes()
    result = run("--fix", ".")
    assert "1 finding fixed in 1 file" in result.stderr
    assert Path("a.yaml").read_bytes() == before
    assert "2.10.0" in Path("c.yaml").read_text()


@pytest.mark.usefixtures("repo")
def test_nothing_is_touched_or_run(tmp_path: Path) -> None:
    put("c.yaml", "four")
    Path(".gitattributes").write_text("*.yaml filter=evil diff=evil\n")
    Path("a.yaml").write_text(RAY % "one" + "# changed\n")
    evil = f"touch {tmp_path}/run"
    names = "core.fsmonitor core.pager filter.evil.clean filter.evil.process diff.evil.textconv diff.evil.command diff.external alias.diff-index"  # fmt: skip
    for name in names.split():
        git("config", name, f"!{evil}" if name.startswith("alias") else evil)
    before = {p: p.stat().st_mtime_ns for p in sorted(Path().rglob("*"))}
    assert new() == ["c.yaml four"]
    assert before == {p: p.stat().st_mtime_ns for p in sorted(Path().rglob("*"))}
    assert not (tmp_path / "run").exists()


# What cannot be compared

WRONG = [
    (("nope",), "--diff-base: no such revision here: nope"),
    (("-x",), "--diff-base: not a revision: '-x'"),
    (("main^{tree}",), "--diff-base: not a commit, or not here: main^{tree}"),
    (("other",), "--diff-base: other and HEAD have no merge base: their histories have nothing"),
    (("main", "--rev", "nope"), "--rev: no such revision here: nope"),
    (("main", "--rev", "other"), "main and other have no merge base"),
    (("main", "-"), "it does not go with standard input"),
    (("main", ".."), "--diff-base: not in the repository: .."),
    (("main", "packed.zip"), "--diff-base: an archive in a revision is not opened: "),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=[words for _, words in WRONG])
def test_misuse(arguments: tuple[str, ...], words: str, repo: Path) -> None:
    git("checkout", "-q", "--orphan", "other")
    put("other.yaml", "other")
    commit()
    git("checkout", "-q", "work")
    shutil.make_archive("packed", "zip", "x")
    commit()
    git("branch", "-f", "main")
    base, *others = arguments
    result = run(*others, base=base)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_the_library_refuses_a_text() -> None:
    with pytest.raises(UsageError, match="standard input"):
        check_text(text="kind: Pod", options=Options(diff_base="main"))


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    put("a.yaml", "one")
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--diff-base: not in a git repository" in result.stderr


def test_a_repository_without_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    put("a.yaml", "one")
    assert "--diff-base: no such revision here: main" in run().stderr


@pytest.mark.usefixtures("repo")
def test_no_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    result = run()
    assert result.exit_code == 2
    assert "--diff-base needs git" in result.stderr


def test_a_shallow_clone(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("c.yaml", "four")
    commit()
    git("checkout", "-q", "main")
    put("d.yaml", "five")
    commit()
    git("clone", "-q", "--depth", "1", "-b", "work", f"file://{repo}", "../shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    result = run(base="origin/main")
    assert result.exit_code == 2
    assert "no such revision here: origin/main; this clone is shallow: `git fetch" in result.stderr
    git("fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    result = run(base="origin/main")
    assert result.exit_code == 2
    assert "origin/main and HEAD have no merge base: this clone is shallow" in result.stderr
    assert "fetch-depth: 0" in result.stderr
    git("fetch", "-q", "--unshallow")
    assert new(base="origin/main") == ["c.yaml four"]


def test_a_partial_clone(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.yaml", "other")
    commit()
    git("config", "uploadpack.allowFilter", "true")
    git("clone", "-q", "--filter=blob:none", "-b", "work", f"file://{repo}", "../part")
    monkeypatch.chdir(tmp_path / "part")
    before = git("count-objects", "-v")
    result = run(base="origin/main")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "a.yaml of that time is missing from this partial clone, and nothing" in result.stderr
    assert git("count-objects", "-v") == before
    assert new("x", base="origin/main") == []
