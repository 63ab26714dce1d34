"""A check from the command line: which files are read, what is hidden, what it answers.

Rules are our own, so that the catalogue may be what it is. Not here: what formats look like
(`test_formats`), fixes by themselves (`test_fix`).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from samples import UNREADABLE_RULE

from raypolicy import audit
from raypolicy.cli import main
from raypolicy.config import Options
from raypolicy.run import check

RAY = "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: %s}\nspec:\n  rayVersion: 2.9.0\n"
RULE = """\
summary: A cluster has a name
severity: %s
why: w
help: Do without.
profile: %s
given: {cluster: 'clusters[*]'}
when: cluster.name exists
at: %s
message: "{cluster.name} is %s"
fix: {set: cluster.rayVersion, to: "'2.10.0'", safe: true}
examples: []
"""
OLD_ADVICE = RULE.replace("given:", "releases: target.kuberay < '1.1'\ngiven:")
RULES = {
    "grave": ("error", "default", "cluster.name"),
    "doubtful": ("warning", "default", "cluster.rayVersion"),
    "remarkable": ("note", "default", "cluster.rayVersion"),
    "subtle": ("note", "pedantic", "cluster.name"),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rules = tmp_path / "rules" / "own"
    rules.mkdir(parents=True)
    for name, (severity, profile, place) in RULES.items():
        (rules / f"{name}.yaml").write_text(RULE % (severity, profile, place, name))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def run(*arguments: str, stdin: bytes | None = None, rules: str = "grave") -> Result:
    """The command with one of our rules, or those that `rules` names, or none of ours."""
    chosen = [part for rule in rules.split() for part in ("--select", rule)]
    own = ["-r", "../rules", *chosen] if rules else []
    return CliRunner().invoke(main, ["check", *own, *arguments], input=stdin)


def found(result: Result) -> list[str]:
    """The findings as `path:line:column rule`."""
    lines = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    return [f"{line.split(': ')[0]} {line.rpartition('[')[2].rstrip(']')}" for line in lines]


def paths(result: Result) -> list[str]:
    return [line.split(":")[0] for line in found(result)]


def put(folder: Path, *names: str, text: str = RAY) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text % path.stem if "%s" in text else text)


# Which files are read


def test_files_and_directories(here: Path) -> None:
    put(here, "a.yaml", "b.yml", "c.json", "d.txt", "deep/er/e.yaml", ".hidden/f.yaml")
    assert paths(run()) == ["a.yaml", "b.yml", "c.json", "deep/er/e.yaml"]
    assert paths(run(".")) == ["a.yaml", "b.yml", "c.json", "deep/er/e.yaml"]
    assert paths(run("deep", "b.yml")) == ["b.yml", "deep/er/e.yaml"]
    assert paths(run("d.txt", ".hidden/f.yaml")) == [".hidden/f.yaml", "d.txt"]
    assert paths(run(".hidden")) == [".hidden/f.yaml"]


@pytest.mark.parametrize(
    "arguments",
    [["a.yaml", "a.yaml"], [".", "a.yaml"], ["a.yaml", "."], ["a.yaml", "./a.yaml"], ["./"], [".", "./"], ["x/../a.yaml"]],
    ids=" ".join,
)  # fmt: skip
def test_each_file_once(arguments: list[str], here: Path) -> None:
    put(here, "a.yaml", "x/empty.txt")
    assert paths(run(*arguments)) == ["a.yaml"]


def test_absolute_paths_are_shown_relative_where_they_lie_below(here: Path) -> None:
    put(here, "x/a.yaml")
    put(here.parent, "b.yaml")
    assert paths(run(str(here))) == ["x/a.yaml"]
    assert paths(run(str(here / "x"))) == ["x/a.yaml"]
    assert paths(run(str(here / "x" / "a.yaml"), "x/a.yaml")) == ["x/a.yaml"]
    assert paths(run("../b.yaml")) == ["../b.yaml"]
    assert paths(run(str(here.parent / "b.yaml"))) == [str(here.parent / "b.yaml")]


def test_order_is_that_of_places_whatever_the_order_of_arguments(here: Path) -> None:
    names = ["z.yaml", "a.yaml", "m/b.yaml", "m/a.yaml", "m.yaml"]
    put(here, *names)
    found_each_way = {tuple(found(run(*order, rules="grave doubtful"))) for order in (names, names[::-1], ["."])}  # fmt: skip
    assert len(found_each_way) == 1
    (lines,) = found_each_way
    assert list(lines) == sorted(lines)
    assert len(lines) == 2 * len(names)


def test_standard_input(here: Path) -> None:
    text = f"# first\n{RAY % 'dev'}".encode()
    assert found(run("-", stdin=text)) == ["<stdin>:4:18 grave"]
    named = run("-", "--stdin-filename", "x/a.yaml", stdin=text)
    assert found(named) == ["x/a.yaml:4:18 grave"]


def test_standard_input_beside_files(here: Path) -> None:
    put(here, "a.yaml")
    assert paths(run("-", "a.yaml", stdin=(RAY % "dev").encode())) == ["<stdin>", "a.yaml"]


EXCLUDES = [
    ("a.yaml", ["b.yaml", "x/c.yaml", "x/y/d.yaml"]),
    ("x", ["a.yaml", "b.yaml", "x/a.yaml"][:2]),
    ("x/", ["a.yaml", "b.yaml"]),
    ("x/*", ["a.yaml", "b.yaml"]),
    ("y", ["a.yaml", "b.yaml", "x/a.yaml", "x/c.yaml"]),
    ("x/y", ["a.yaml", "b.yaml", "x/a.yaml", "x/c.yaml"]),
    ("*.yaml", []),
    ("[ab].yaml", ["x/c.yaml", "x/y/d.yaml"]),
    ("nothing", ["a.yaml", "b.yaml", "x/a.yaml", "x/c.yaml", "x/y/d.yaml"]),
]


@pytest.mark.parametrize(("glob", "left"), EXCLUDES, ids=[row[0] for row in EXCLUDES])
def test_exclude(glob: str, left: list[str], here: Path) -> None:
    put(here, "a.yaml", "b.yaml", "x/a.yaml", "x/c.yaml", "x/y/d.yaml")
    assert paths(run("--exclude", glob)) == left


def test_what_is_excluded_stays_out_where_it_is_named(here: Path) -> None:
    put(here, "a.yaml", "b.yaml", "x/c.yaml")
    named = ("a.yaml", "x/c.yaml", str(here / "b.yaml"))
    assert paths(run("--exclude", "a.yaml", "--exclude", "x", *named)) == ["b.yaml"]


def test_several_excludes(here: Path) -> None:
    put(here, "a.yaml", "b.yaml", "c.yaml")
    assert paths(run("--exclude", "a.yaml", "--exclude", "b*")) == ["c.yaml"]


# Git


@pytest.fixture
def git(here: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Git in this directory, untouched by what the user has set."""
    if shutil.which("git") is None:
        pytest.skip("git is not on PATH")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)

    def call(*arguments: str, where: Path = here) -> None:
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=where, check=True, capture_output=True)

    call("init", "-q")
    return call


def test_a_git_work_tree_holds_what_git_knows_or_would_add(here: Path, git: Callable[..., None]) -> None:  # fmt: skip
    put(here, "known.yaml", "new.yaml", "ignored.yaml", "x/also.yaml", "x/ignored.yaml", ".ci/hidden.yaml")  # fmt: skip
    (here / ".gitignore").write_text("ignored.yaml\n")
    git("add", "known.yaml")
    assert paths(run()) == [".ci/hidden.yaml", "known.yaml", "new.yaml", "x/also.yaml"]
    assert paths(run("x")) == ["x/also.yaml"]
    assert paths(run("ignored.yaml")) == ["ignored.yaml"]


def test_a_file_that_git_knows_and_is_gone_is_none(here: Path, git: Callable[..., None]) -> None:
    put(here, "gone.yaml", "there.yaml")
    git("add", ".")
    (here / "gone.yaml").unlink()
    result = run()
    assert paths(result) == ["there.yaml"]
    assert "1 file, " in result.stderr


def test_a_file_that_git_ignores_but_knows_is_read(here: Path, git: Callable[..., None]) -> None:
    put(here, "a.yaml")
    git("add", "a.yaml")
    (here / ".gitignore").write_text("*.yaml\n")
    assert paths(run()) == ["a.yaml"]


def test_names_that_git_would_quote(here: Path, git: Callable[..., None]) -> None:
    put(here, "ü b.yaml", 'q"uote.yaml')
    assert paths(run()) == ['q"uote.yaml', "ü b.yaml"]


def test_a_checkout_inside_another_is_not_read(here: Path, git: Callable[..., None]) -> None:
    put(here, "a.yaml", "inner/b.yaml")
    git("init", "-q", where=here / "inner")
    git("add", ".", where=here / "inner")
    git("commit", "-q", "-m", "x", where=here / "inner")
    assert paths(run()) == ["a.yaml"]
    assert paths(run("inner")) == ["inner/b.yaml"]


def test_the_environment_of_a_hook_does_not_mislead(here: Path, git: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    put(here, "a.yaml")
    monkeypatch.setenv("GIT_DIR", str(here / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(here / "nowhere" / "index"))
    assert paths(run()) == ["a.yaml"]


@pytest.mark.parametrize("name", ["LITERAL", "NOGLOB", "GLOB", "ICASE"])
def test_pathspecs_are_ours(name: str, here: Path, git: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    put(here, "a.yaml", "x/b.YAML", "ignored.yaml")
    (here / ".gitignore").write_text("ignored.yaml\n")
    monkeypatch.setenv(f"GIT_{name}_PATHSPECS", "1")
    assert paths(run()) == ["a.yaml", "x/b.YAML"]


def test_without_git_the_files_are_listed(here: Path, git: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    put(here, "a.yaml", "ignored.yaml")
    (here / ".gitignore").write_text("ignored.yaml\n")
    monkeypatch.setenv("PATH", str(here))
    assert paths(run()) == ["a.yaml", "ignored.yaml"]


# What cannot be read

UNREADABLE = UNREADABLE_RULE.replace("severity: warning", "severity: error")


def refuse(monkeypatch: pytest.MonkeyPatch, name: str, call: str) -> None:
    """Permissions do not bind root, so the system call is made to fail where we are root."""
    real = getattr(os, call)

    def refusing(path: Any, *arguments: Any, **keywords: Any) -> Any:
        if str(path).rstrip("/").endswith(name):
            raise PermissionError(13, "Permission denied", path)
        return real(path, *arguments, **keywords)

    monkeypatch.setattr(os, call, refusing)


def test_an_unreadable_file_is_an_error_and_hides_no_other(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    put(here, "a.yaml", "b.yaml")
    put(here.parent, "rules/own/unreadable.yaml", text=UNREADABLE)
    (here / "a.yaml").chmod(0)
    if os.access(here / "a.yaml", os.R_OK):
        refuse(monkeypatch, "a.yaml", "open")
    result = run(rules="grave unreadable")
    assert result.stdout.splitlines() == [
        "a.yaml:1:1: error: Permission denied [unreadable]",
        "b.yaml:3:18: error: b is grave [grave]",
    ]


def test_an_unreadable_directory_is_an_error_and_hides_no_other(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    put(here, "closed/a.yaml", "open/b.yaml")
    put(here.parent, "rules/own/unreadable.yaml", text=UNREADABLE)
    (here / "closed").chmod(0)
    try:
        if os.access(here / "closed", os.R_OK):
            refuse(monkeypatch, "closed", "scandir")
        result = run(rules="grave unreadable")
    finally:
        (here / "closed").chmod(0o700)
    assert result.stdout.splitlines() == [
        "closed:1:1: error: Permission denied [unreadable]",
        "open/b.yaml:3:18: error: b is grave [grave]",
    ]


def test_a_dangling_link_among_files_is_left_out(here: Path) -> None:
    put(here, "a.yaml")
    (here / "link.yaml").symlink_to("nowhere.yaml")
    result = run("-v")
    assert paths(result) == ["a.yaml"]
    assert "link.yaml: not read: symbolic link" in result.stderr


def test_a_linked_directory_is_not_followed(here: Path) -> None:
    put(here, "a.yaml")
    put(here.parent, "other/b.yaml")
    (here / "linked").symlink_to(here.parent / "other", target_is_directory=True)
    assert paths(run()) == ["a.yaml"]
    assert paths(run("linked")) == ["linked/b.yaml"]


# Comments that hide findings, as the command line tells; which do is in `test_suppress`

SUPPRESSED = [
    # where the comment stands (`{}` on the flagged line), rule names in it, and whether it hides
    ("on the line", "metadata: {name: dev}  # raypolicy: ignore[grave] known", "known"),
    ("without a reason", "# raypolicy: ignore[grave]\nmetadata: {name: dev}", ""),
    ("two lines above", "# raypolicy: ignore[grave] x\n#\nmetadata: {name: dev}", None),
    ("for the whole file", "# raypolicy: ignore-file[grave] x\n#\n#\nmetadata: {name: dev}", "x"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason"), [row[1:] for row in SUPPRESSED], ids=[row[0] for row in SUPPRESSED]
)
def test_suppression(text: str, reason: str | None, here: Path) -> None:
    document = f"apiVersion: ray.io/v1\nkind: RayCluster\n{text}\nspec: {{}}\n"
    (here / "a.yaml").write_bytes(document.encode())
    result = run("-f", "json")
    report = json.loads(result.stdout)
    hidden = [each["reason"] for each in report["suppressed"]]
    assert (len(report["findings"]), hidden) == ((1, []) if reason is None else (0, [reason]))
    assert ("1 finding suppressed" in result.stderr) == (reason is not None)
    assert result.exit_code == (reason is None)
    assert len(found(run("--no-suppressions"))) == 1


def test_what_looks_like_a_comment_in_a_text_hides_nothing(here: Path) -> None:
    script = "spec:\n  entrypoint: |\n    # raypolicy: ignore-file[grave]\n    ls\n"
    (here / "a.yaml").write_text(
        f"{script}apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {{name: x}}\n"
    )
    assert paths(run()) == ["a.yaml"]


def test_a_repeated_anchor_is_one_finding(here: Path, tmp_path: Path) -> None:
    anchored = "metadata: &m {name: dev}\nspec: {}\nother: *m\n"
    (here / "a.yaml").write_text(f"apiVersion: ray.io/v1\nkind: RayCluster\n{anchored}")
    assert len(found(run())) == 1


def test_a_suppression_counts_in_its_own_file_only(here: Path) -> None:
    put(here, "a.yaml", "b.yaml")
    (here / "a.yaml").write_text("# raypolicy: ignore-file[grave] x\n" + RAY % "a")
    assert paths(run()) == ["b.yaml"]


# Exit status

STATUS = [
    ("an error", ["-q"], "grave", 1),
    ("a warning", [], "doubtful", 0),
    ("a warning that fails", ["--fail-on", "warning"], "doubtful", 1),
    ("a note that fails", ["--fail-on", "note"], "remarkable", 1),
    ("a note below what fails", ["--fail-on", "warning"], "remarkable", 0),
    ("an error that does not fail", ["--fail-on", "never"], "grave", 0),
    ("an error, whatever the format", ["-f", "json"], "grave", 1),
    ("an error, whatever the format (SARIF)", ["-f", "sarif"], "grave", 1),
    ("an error below the least severity there is none", ["--min-severity", "error"], "grave", 1),
    ("nothing of that severity", ["--min-severity", "error", "--fail-on", "note"], "doubtful", 0),
    ("a rule of the pedantic profile that is named", ["--fail-on", "note"], "subtle", 1),
]


RELEASES = [
    # the target, how rules are chosen, whether advice for releases before 1.1 is given
    ("1.0", [], True),
    ("1.7", [], False),
    ("1.7", ["--select", "old-advice"], True),
    ("1.7", ["--select", "own"], False),
    ("1.7", ["--profile", "pedantic"], False),
]


@pytest.mark.parametrize(("target", "chosen", "given"), RELEASES)
def test_advice_for_some_releases(here: Path, target: str, chosen: list[str], given: bool) -> None:
    (here.parent / "rules" / "own" / "old-advice.yaml").write_text(
        OLD_ADVICE % ("warning", "default", "cluster.name", "old")
    )
    (here / "a.yaml").write_text(RAY % "a")
    named = ["-r", "../rules", "--target-kuberay", target, *chosen]
    result = run(*named, "a.yaml", "-f", "text", rules="")
    assert ("[old-advice]" in result.stdout) is given


@pytest.mark.parametrize(
    ("options", "rules", "status"), [row[1:] for row in STATUS], ids=[row[0] for row in STATUS]
)
def test_status(options: list[str], rules: str, status: int, here: Path) -> None:
    put(here, "a.yaml")
    assert run(*options, rules=rules).exit_code == status


def test_status_where_nothing_speaks_of_ray(here: Path) -> None:
    put(here, "a.yaml", text="a: 1\n")
    result = run(rules="")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 file, 0 Ray resources in 0 bundles: no findings\n"


NOTHING = {
    "an empty directory": [],
    "a directory with other files": ["a.txt", "b.md"],
    "a directory with empty files": ["a.yaml"],
}


@pytest.mark.parametrize("names", NOTHING.values(), ids=NOTHING)
def test_status_where_nothing_was_audited(names: list[str], here: Path) -> None:
    put(here, *names, text=" \n")
    assert run().exit_code == 3
    assert run(rules="").exit_code == 3


@pytest.mark.parametrize("names", NOTHING.values(), ids=NOTHING)
def test_a_hook_may_find_nothing_to_audit(
    names: list[str], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRE_COMMIT", "1")
    put(here, *names, text=" \n")
    result = run()
    assert result.exit_code == 0
    assert result.stderr == "nothing to audit: no YAML or JSON document\n"


UNREAD = {
    "a file that is no YAML": ("a.md", "# Ray\n\nkind: RayCluster of ray.io/v1: [\n"),
    "a template that nothing renders": ("a.yaml", "apiVersion: ray.io/v1\nkind: {{ .Values.kind }}\n"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), UNREAD.values(), ids=UNREAD)
def test_status_where_nothing_was_read(name: str, text: str, here: Path) -> None:
    put(here, name, text=text)
    result = run(name)
    assert result.exit_code == 3
    assert "; 1 file not read (1 " in result.stderr
    put(here, "b.yaml")
    assert run(name, "b.yaml").exit_code != 3


def test_status_of_an_empty_stream(here: Path) -> None:
    assert run("-", stdin=b"").exit_code == 3
    assert run("-", stdin=b"a: 1\n").exit_code == 0


MISUSE = [
    (["nowhere.yaml"], "no such file or directory: nowhere.yaml"),
    (["--no-such-option"], "No such option"),
    (["--fail-on", "always"], "'always' is not one of"),
    (["-f", "jsn"], "no format 'jsn'; did you mean 'json'?"),
    (["-f", "xyzzy=out.txt"], "no format 'xyzzy'; there are "),
    (["--select", "grav"], "no rule or topic 'grav'; did you mean 'grave'?"),
    (["--ignore", "onw"], "no rule or topic 'onw'; did you mean 'own'?"),
    (["--target-kuberay", "0.1"], "unknown KubeRay release '0.1'; known are 0.3, "),
    (["--target-kuberay", "newest"], "unknown KubeRay release 'newest'"),
    (["--feature-gate", "RayCronJobs"], "KubeRay has no feature gate 'RayCronJobs'; did you mean 'RayCronJob'?"),
    (["--feature-gate", "RayCronJob=true"], "KubeRay has no feature gate 'RayCronJob=true'; did you mean 'RayCronJob'?"),
    (["-r", "nowhere"], "'nowhere' does not exist"),
    (["-r", "../bad"], "../bad/bad-rule.yaml:1:1: error: unknown key 'sumary'; did you mean 'summary'?"),
    (["-r", "../rules/own/grave.yaml"], "a rule 'grave' is there already"),
    (["-r", "../latin"], "../latin/a.yaml: error: byte 9 is not UTF-8"),
    (["-f", "text=no/such/folder/out.txt"], "cannot write no/such/folder/out.txt: "),
    (["-f", "html="], "no file is named after html=: -f html=FILE, or -f html"),
    (["-c", "a.yaml", "--no-config"], "--config names a file, and --no-config says that there is none"),
    (["-f", "text", "-f", "json"], "only one format can go to standard output"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "error"), MISUSE, ids=[" ".join(row[0]) for row in MISUSE])
def test_misuse(arguments: list[str], error: str, here: Path) -> None:
    put(here, "a.yaml")
    put(here.parent, "bad/bad-rule.yaml", "latin/a.yaml", text="sumary: s\n")
    (here.parent / "latin" / "a.yaml").write_bytes("summary: \xe4".encode("latin-1"))
    result = run(*arguments)
    assert result.exit_code == 2
    assert error in result.stderr
    assert result.stdout == ""


def test_misuse_is_told_where_nothing_speaks_of_ray_too(here: Path) -> None:
    put(here, "a.yaml", text="a: 1\n")
    for arguments in (["--select", "nonsense"], ["--target-kuberay", "0.1"], ["-r", "../bad"]):
        put(here.parent, "bad/bad-rule.yaml", text="sumary: s\n")
        assert run(*arguments, rules="").exit_code == 2


def test_an_internal_error(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(here, "a.yaml")

    def broken(*_: Any) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(audit.Audit, "take", broken)
    result = run()
    assert result.exit_code == 70
    assert "RuntimeError: a mistake of ours" in result.stderr
    assert "failed; please report the lines above" in result.stderr


def test_the_real_command(here: Path) -> None:
    put(here, "a.yaml")
    command = [sys.executable, "-m", "raypolicy", "check", "-r", "../rules", "--select", "grave"]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 1
    assert answer.stdout == "a.yaml:3:18: error: a is grave [grave]\n"
    assert answer.stderr == "1 file, 1 Ray resource in 1 bundle: 1 error\n"


def test_a_reader_that_goes_away_is_no_error(here: Path) -> None:
    put(here, *(f"{number}.yaml" for number in range(2000)))
    command = f"{sys.executable} -m raypolicy check -q -r ../rules --select grave . | head -1"
    answer = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert answer.stderr == ""
    assert answer.stdout.endswith("[grave]\n")


# What it says at the end


def test_coverage_line(here: Path) -> None:
    put(here, "a.yaml", "x/b.yaml")
    put(here, "plain.yaml", text="a: 1\n")
    put(here, "chart.yaml", text=RAY % "c" + "x: {{ .Values.x }}\n")
    put(here, "unclear.yaml", text=RAY % "$NAME")
    (here / "link.yaml").symlink_to("a.yaml")
    result = run(rules="grave doubtful remarkable")
    assert result.stderr == (
        "6 files, 3 Ray resources in 2 bundles: 3 errors, 3 warnings, 3 notes;"
        " 2 files not read (1 symbolic link, 1 Helm template)\n"
    )
    assert run("-q").stderr == ""


def test_unknown_values_are_counted_and_shown(here: Path) -> None:
    put(here, "a.yaml")
    put(here.parent, "rules/own/unknown.yaml", text=RULE.replace("when: cluster.name exists", "when: cluster.ray_version > '2.0'") % ("note", "default", "cluster", "x"))  # fmt: skip
    (here / "a.yaml").write_text((RAY % "a").replace("2.9.0", "$VERSION"))
    assert "1 value unknown" in run(rules="unknown").stderr
    shown = run("--show-unknown", rules="unknown").stderr
    assert "a.yaml:5:15: unknown: unresolved placeholder\n" in shown


def test_files_not_read_are_named(here: Path) -> None:
    put(here, "chart.yaml", text=RAY % "c" + "x: {{ .Values.x }}\n")
    assert "chart.yaml: not read: Helm template\n" in run("-v").stderr


# Rules that run


def test_select_and_ignore(here: Path) -> None:
    put(here, "a.yaml")

    def rules(*arguments: str) -> list[str]:
        return sorted(line.split()[1] for line in found(run(*arguments, rules="")))

    own = ("-r", "../rules")
    assert rules(*own, "--select", "own") == ["doubtful", "grave", "remarkable", "subtle"]
    assert rules(*own, "--select", "own", "--ignore", "grave") == ["doubtful", "remarkable", "subtle"]  # fmt: skip
    assert rules(*own, "--select", "grave", "--select", "subtle") == ["grave", "subtle"]
    assert rules(*own, "--select", "own", "--ignore", "own") == []
    assert rules(*own, "--select", "own", "--min-severity", "warning") == ["doubtful", "grave"]
    everything = rules(*own)
    assert {"doubtful", "grave", "remarkable"} <= set(everything)
    assert "subtle" not in everything
    assert "subtle" in rules(*own, "--profile", "pedantic")


def test_target_kuberay(here: Path) -> None:
    put(here, "a.yaml")
    rule = (RULE % ("note", "default", "cluster", "{target.kuberay}")).replace(
        "when: cluster.name exists", "when: target.kuberay < '1.2'"
    )
    put(here.parent, "rules/own/aged.yaml", text=rule)
    assert len(found(run(rules="aged"))) == 0
    assert "is 1.1.1" in run("--target-kuberay", "1.1", rules="aged").stdout
    assert len(found(run("--target-kuberay", "v1.7.0", rules="aged"))) == 0


# Outputs


def test_several_formats(here: Path) -> None:
    put(here, "a.yaml")
    result = run("-f", "json=out.json", "-f", "sarif=out.sarif", "-f", "text", "-f", "table=t.txt")
    assert result.stdout == "a.yaml:3:18: error: a is grave [grave]\n"
    assert json.loads((here / "out.json").read_text())["findings"][0]["rule"] == "grave"
    assert json.loads((here / "out.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "grave"  # fmt: skip
    assert "grave" in (here / "t.txt").read_text()


def test_outputs_into_files_leave_standard_output_alone(here: Path) -> None:
    put(here, "a.yaml")
    result = run("-f", "text=out.txt")
    assert result.stdout == ""
    assert (here / "out.txt").read_text() == "a.yaml:3:18: error: a is grave [grave]\n"


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour(arguments: list[str], environment: dict[str, str], coloured: bool, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    put(here, "a.yaml")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    command = [sys.executable, "-m", "raypolicy", "check", "-r", "../rules", *arguments]
    answer = subprocess.run([*command, "--select", "grave"], capture_output=True, text=True)
    assert ("\x1b[" in answer.stdout) is coloured


# Fixes


@pytest.mark.skipif(shutil.which("patch") is None, reason="patch is not on PATH")
def test_diff_shows_and_fix_writes_the_same(here: Path) -> None:
    put(here, "a.yaml", "b.yaml")
    before = {name: (here / name).read_text() for name in ("a.yaml", "b.yaml")}
    shown = run("--diff", rules="doubtful")
    assert {name: (here / name).read_text() for name in before} == before
    patch = shown.stdout
    fixed = run("--fix", rules="doubtful")
    assert "2 findings fixed in 2 files" in fixed.stderr
    after = {name: (here / name).read_text() for name in before}
    assert after == {name: text.replace("2.9.0", "2.10.0") for name, text in before.items()}
    for name, text in before.items():
        (here / name).write_text(text)
    subprocess.run(["patch", "-p1"], cwd=here, input=patch, text=True, check=True, capture_output=True)  # fmt: skip
    assert {name: (here / name).read_text() for name in before} == after


def test_unsafe_fixes_are_asked_for(here: Path) -> None:
    put(here, "a.yaml")
    rule = here.parent / "rules" / "own" / "doubtful.yaml"
    rule.write_text(rule.read_text().replace("safe: true", "safe: false"))
    assert run("--diff", rules="doubtful").stdout == ""
    run("--fix", rules="doubtful")
    assert "2.9.0" in (here / "a.yaml").read_text()
    run("--fix", "--unsafe", rules="doubtful")
    assert "2.10.0" in (here / "a.yaml").read_text()


def test_files_that_no_fix_changes(here: Path) -> None:
    """Each is said with its reason; only what could not be written is misuse, and the rest is."""
    put(here, "a.yaml", "z.yaml")
    text = (here / "a.yaml").read_text()
    (here / "generated.yaml").write_text(f"# Code generated by x. DO NOT EDIT.\n{text}")
    (here / "template.yaml").write_text(f"{text}# x\n---\nb: '{{{{ c }}}}'\n")
    (here / "placeholder.yaml").write_text(text.replace("2.9.0", "2.9.0 # ${X}"))
    before = {path: path.read_bytes() for path in here.iterdir()}
    answer = run("--fix", rules="doubtful")
    assert answer.exit_code == 0
    assert [line for line in answer.stderr.splitlines() if "fixed" in line] == [
        "generated.yaml: not fixed: it says that it is generated: Code generated by x. DO NOT EDIT.",
        "placeholder.yaml:5:15: not fixed: it would change a line with ${X} [doubtful]",
        f"template.yaml: not fixed: it is a template: {{{{ in line {text.count(chr(10)) + 3}",
        "2 findings fixed in 2 files",
    ]
    for path, data in before.items():
        own = path.name in ("a.yaml", "z.yaml")
        assert path.read_bytes() == (data.replace(b"2.9.0", b"2.10.0") if own else data)


def test_files_that_cannot_be_written(here: Path) -> None:
    put(here, "a.yaml", "b.yaml", "z.yaml")
    (here / "a.yaml").chmod(0o444)
    os.link(here / "b.yaml", here.parent / "twin.yaml")
    before = {path: path.read_bytes() for path in here.iterdir()}
    answer = run("--fix", rules="doubtful")
    assert answer.exit_code == 2
    assert [line for line in answer.stderr.splitlines() if "it is" in line or "fixed" in line] == [
        "error: a.yaml: it is read-only, left as it is",
        "error: b.yaml: it is a hard link, one file under several names, left as it is",
        "1 finding fixed in 1 file; 2 files could not be written",
    ]
    assert {path.name for path in here.iterdir() if path.read_bytes() != before[path]} == {"z.yaml"}


# The prefilter decides nothing

MIXED = {
    "ray.yaml": RAY % "dev",
    "escaped.yaml": (RAY % "dev").replace("ray.io/v1", '"ray\\u002eio/v1"'),
    "plain.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: dev}\n",
    "lookalike.yaml": (RAY % "dev").replace("ray.io", "cluster.ray.io"),
    "broken.yaml": (RAY % "dev") + "x: [\n",
    "broken-plain.yaml": "x: [\n",
    "many.yaml": f"a: 1\n---\n{RAY % 'one'}---\nb: 2\n---\n{RAY % 'two'}",
}


def test_findings_are_the_same_without_the_prefilter(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    for name, text in MIXED.items():
        (here / name).write_text(text)
    options = Options(rules=(here.parent / "rules",), select=("own",))

    def seen() -> list[str]:
        return [f"{f.span.source.name} {f.message}" for f in check(["."], options).findings]

    with_it = seen()
    for module in ("raypolicy.inputs.batches", "raypolicy.bundle"):
        monkeypatch.setattr(f"{module}.speaks_of_ray", lambda data: True)
    monkeypatch.setattr("raypolicy.bundle.text_speaks_of_ray", lambda text: True)
    assert seen() == with_it
    assert len(with_it) == 4 * len(RULES)


# Other commands


def test_facts(here: Path) -> None:
    put(here, "a.yaml")
    result = CliRunner().invoke(main, ["facts", "a.yaml"])
    assert result.exit_code == 0
    assert "clusters[0]  RayCluster a  a.yaml:" in result.stdout
    told = json.loads(CliRunner().invoke(main, ["facts", "--json", "a.yaml"]).stdout)
    assert told[0]["clusters"][0]["facts"]["name"]["value"] == "a"
    assert told[0]["clusters"][0]["facts"]["ray_version"]["place"] == "a.yaml:5:15"


def test_facts_of_standard_input_and_of_two_bundles(here: Path) -> None:
    put(here, "a.yaml", "b/c.yaml")
    told = json.loads(CliRunner().invoke(main, ["facts", "--json", "."]).stdout)
    assert [each["clusters"][0]["resource"] for each in told] == ["RayCluster a", "RayCluster c"]
    result = CliRunner().invoke(main, ["facts", "-"], input=RAY % "in")
    assert "RayCluster in  <stdin>:" in result.stdout


@pytest.mark.parametrize("command", ["facts", "graph"])
def test_that_there_is_nothing_to_show_is_said(command: str, here: Path) -> None:
    result = CliRunner().invoke(main, [command, "-"], input="a: 1\n")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "nothing here speaks of Ray\n"


def test_testing_rules(here: Path) -> None:
    rule = here.parent / "rules" / "own" / "grave.yaml"
    result = CliRunner().invoke(main, ["test", str(rule)])
    assert result.exit_code == 1
    assert "no passing example; a rule shows both sides [grave]" in result.stdout
    assert "no failing example; a rule shows both sides [grave]" in result.stdout
    manifest = "\n".join(f"      {line}" for line in (RAY % "x").splitlines())
    good = f"examples:\n  - pass: |\n      a: 1\n  - fail: |\n{manifest}\n"
    good = good.replace("{name: x}", "{name: x}  # <-")
    fixed = manifest.replace("2.9.0", "2.10.0")
    text = rule.read_text().replace("examples: []\n", f"{good}    fixed: |\n{fixed}\n")
    rule.write_text(text)
    result = CliRunner().invoke(main, ["test", str(rule)])
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 rule, 2 examples: 0 failed" in result.stderr
    rule.write_text(text.replace("      a: 1", manifest).replace("  # <-", ""))
    result = CliRunner().invoke(main, ["test", str(rule)])
    assert f"{rule}:12: this should pass, but line 15 has a finding: x is grave" in result.stdout
    assert "fails, but no line ends in '# <-'" in result.stdout
    rule.write_text(text.replace("      a: 1", f"{manifest}\n      - a"))
    result = CliRunner().invoke(main, ["test", str(rule)])
    assert f"{rule}:12: this should pass, but line 18 cannot be read: " in result.stdout


def test_version_and_help() -> None:
    from raypolicy import __version__

    assert __version__ in CliRunner().invoke(main, ["--version"]).stdout
    for command in ([], *([name] for name in main.commands)):
        assert CliRunner().invoke(main, [*command, "--help"]).exit_code == 0


# The configuration file

CONFIGURED = [
    # .raypolicy.yaml, arguments, rules that find something, exit status
    ("rules: [../rules]\nselect: [grave]\n", [], ["grave"], 1),
    ("rules: [../rules]\nselect: [own]\nignore: [grave]\n", [], ["doubtful", "remarkable", "subtle"], 0),
    ("rules: [../rules]\nselect: [own]\nfail-on: note\nignore: [grave]\n", [], ["doubtful", "remarkable", "subtle"], 1),
    ("rules: [../rules]\nselect: [grave]\nfail-on: never\n", [], ["grave"], 0),
    ("rules: [../rules]\nselect: [grave]\nfail-on: never\n", ["--fail-on", "error"], ["grave"], 1),
    ("rules: [../rules]\nselect: [grave]\nseverity: {grave: note}\n", [], ["grave"], 0),
    ("rules: [../rules]\nselect: [grave]\nexclude: [a.yaml]\n", [], [], 0),
    ("rules: [../rules]\nselect: [grave]\n", ["--select", "doubtful"], ["doubtful"], 0),
    ("rules: [nowhere]\n", ["--no-config", "-r", "../rules", "--select", "grave"], ["grave"], 1),
    ("# nothing\n", ["-r", "../rules", "--select", "grave"], ["grave"], 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "arguments", "rules", "status"), CONFIGURED)
def test_configuration(
    text: str, arguments: list[str], rules: list[str], status: int, here: Path
) -> None:
    put(here, "a.yaml")
    put(here, "b.yaml", text="a: 1\n")
    (here / ".raypolicy.yaml").write_text(text)
    result = CliRunner().invoke(main, ["check", *arguments])
    assert (sorted(line.split()[1] for line in found(result)), result.exit_code) == (rules, status)


def test_the_configuration_is_the_nearest_above_and_its_paths_are_its_own(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(here, "x/y/a.yaml")
    (here / ".raypolicy.yaml").write_text("rules: [../rules]\nselect: [grave]\n")
    monkeypatch.chdir(here / "x" / "y")
    assert found(CliRunner().invoke(main, ["check"])) == ["a.yaml:3:18 grave"]
    (here / "x" / ".raypolicy.yaml").write_text("rules: [../../rules]\nselect: [doubtful]\n")
    assert found(CliRunner().invoke(main, ["check"])) == ["a.yaml:5:15 doubtful"]
    given = ["check", "-c", str(here / ".raypolicy.yaml")]
    assert found(CliRunner().invoke(main, given)) == ["a.yaml:3:18 grave"]


BAD_CONFIGURATIONS = [
    ("selct: [a]\n", "1:1: error: unknown key 'selct'; did you mean 'select'?"),
    ("select: a\n", "1:9: error: a list is expected"),
    ("select: [5]\n", "1:10: error: a text is expected"),
    ("profile: all\n", "1:10: error: default | pedantic is expected, not 'all'"),
    ("fail-on: fatal\n", "1:10: error: error | warning | note | never is expected"),
    ("a: 1\n---\nb: 1\n", "3:1: error: one configuration a file"),
    ("select: [a\n", "2:1: error: not YAML: "),
    ("select: [a]\nselect: [b]\n", "2:1: error: 'select' is written twice"),
    ("- a\n", "1:1: error: a mapping is expected: extends, rules, "),
    ("select: [nonsense]\n", "no rule or topic 'nonsense'"),
    ("target: {kuberay: '0.1'}\n", "unknown KubeRay release '0.1'"),
]


@pytest.mark.parametrize(("text", "error"), BAD_CONFIGURATIONS)
def test_bad_configuration(text: str, error: str, here: Path) -> None:
    put(here, "a.yaml")
    (here / ".raypolicy.yaml").write_text(text)
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 2
    assert error in result.stderr
    assert result.stdout == ""


def test_a_configured_target(here: Path) -> None:
    put(here, "a.yaml")
    rule = (RULE % ("note", "default", "cluster", "{target.kuberay}")).replace(
        "when: cluster.name exists", "when: target.kuberay < '1.2'"
    )
    put(here.parent, "rules/own/aged.yaml", text=rule)
    text = "rules: [../rules]\nselect: [aged]\ntarget: {kuberay: '1.1'}\n"
    (here / ".raypolicy.yaml").write_text(text)
    assert "is 1.1.1" in CliRunner().invoke(main, ["check"]).stdout
    assert CliRunner().invoke(main, ["check", "--target-kuberay", "1.7"]).stdout == ""
