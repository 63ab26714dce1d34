"""Input that means harm: a clear word at its place, within bounded time and memory, and the file
beside it is still checked.

The tool runs as a process of its own, which may take MEMORY and SECONDS.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from samples import UNREADABLE_RULE

from raypolicy.formats import FORMATS

SECONDS = 60
MEMORY = 3 << 30
LIMITED = f"""
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
except (ImportError, ValueError):
    pass
from raypolicy.cli import main
main(prog_name="raypolicy")
"""
HEAD = "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: bad}\n"
GOOD = (
    "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: good}\nspec: {headGroupSpec: {}}\n"
)
RULES = {
    "unreadable": UNREADABLE_RULE,
    "twice": """\
summary: s
severity: note
why: w
given: {document: 'documents[*]', key: 'document.duplicate_keys[*]'}
require: key.first missing
at: key
message: "{key.name} twice"
examples: []
""",
    "seen": """\
summary: s
severity: note
why: w
given: {cluster: 'clusters[*]'}
when: cluster.name exists
at: cluster.name
message: "seen {cluster.name}"
examples: []
""",
}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Rules of our own, so that the catalogue may be what it is."""
    return put_rules(tmp_path / "own")


def put_rules(folder: Path) -> Path:
    folder.mkdir()
    for name, text in RULES.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "good.yaml").write_text(GOOD)
    return folder


def raypolicy(
    folder: Path, *arguments: str | Path, stdin: bytes = b"", seconds: int = SECONDS
) -> subprocess.CompletedProcess[str]:
    """The tool's answer: any but an internal error, in time."""
    answer = subprocess.run(
        [sys.executable, "-c", LIMITED, *map(str, arguments)],
        cwd=folder,
        input=stdin,
        capture_output=True,
        timeout=seconds,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONUTF8": "1"},
    )
    output, errors = answer.stdout.decode(), answer.stderr.decode()
    assert answer.returncode in (0, 1, 2, 3), errors[-2000:]
    assert "Traceback" not in errors
    return subprocess.CompletedProcess(answer.args, answer.returncode, output, errors)


def lines(folder: Path, rules: Path, *arguments: str | Path, seconds: int = SECONDS) -> list[str]:
    """The findings of our own rules."""
    own = ("-r", rules, "--select", "own", "-f", "text")
    answer = raypolicy(folder, "check", *own, *(arguments or (".",)), seconds=seconds)
    return answer.stdout.splitlines()


class Hostile(NamedTuple):
    """What is written in `bad.yaml`, and the beginning of what is said of it; none if nothing is."""

    id: str
    make: Callable[[], str | bytes]
    said: str | None


def bomb(width: int, depth: int) -> str:
    """Aliases of aliases: width ** depth values."""
    text = f"a0: &a0 [{', '.join('x' * width)}]\n"
    for level in range(1, depth):
        text += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]\n"
    return text


def merges(count: int) -> str:
    text = f"m0: &m0 {{{', '.join(f'k{i}: 1' for i in range(1000))}}}\n"
    return text + "".join(f"m{i}: {{<<: [*m0, *m0, *m0, *m0]}}\n" for i in range(1, count))


HOSTILE = [
    Hostile("an alias bomb", lambda: HEAD + bomb(10, 12), "9:50: warning: aliases expand without bound"),
    Hostile("a wide alias bomb", lambda: HEAD + bomb(2000, 3), "5:2505: warning: aliases expand without bound"),
    Hostile("a merge bomb", lambda: HEAD + merges(1000), "129:7: warning: aliases expand without bound"),
    Hostile("an anchor in itself", lambda: f"{HEAD}spec: &x\n  headGroupSpec: *x\n", "5:18: warning: the anchor 'x' contains itself"),
    Hostile("100,000 open brackets", lambda: f"{HEAD}spec: {'[' * 100_000}", "4:1006: warning: "),
    Hostile("100,000 brackets closed again", lambda: f"{HEAD}spec: {'[' * 100_000}{']' * 100_000}", "4:1006: warning: "),
    Hostile("300 open brackets", lambda: f"{HEAD}spec: {'[' * 300}", "4:207: warning: nested more than 200 deep"),
    Hostile("100,000 open braces", lambda: f"{HEAD}spec: {'{a: ' * 100_000}", "4:807: warning: nested more than 200 deep"),
    Hostile("100,000 dashes", lambda: f"{HEAD}spec:\n{'- ' * 100_000}", "5:401: warning: nested more than 200 deep"),
    Hostile("10,000 indented keys", lambda: f"{HEAD}spec:\n{''.join(' ' * i + 'a:' + chr(10) for i in range(1, 10_000))}", "205:202: warning: nested more than 200 deep"),
    Hostile("100,000 question marks", lambda: f"{HEAD}spec:\n  {'? ' * 100_000}", "5:5: warning: a mapping or list as a key"),
    Hostile("100,000 anchors", lambda: f"{HEAD}spec: {'&a ' * 100_000}", "4:10: warning: while parsing"),
    Hostile("a NUL", lambda: f"{HEAD}spec: \0", "4:7: warning: a NUL character"),
    Hostile("an escape character", lambda: f"{HEAD}spec: \x1b[31m", "4:7: warning: character U+001B is not allowed"),
    Hostile("UTF-16 with a byte-order mark", lambda: HEAD.encode("utf-16"), "1:1: warning: the file is UTF-16"),
    Hostile("UTF-16 without one", lambda: HEAD.encode("utf-16-le"), "1:1: warning: the file is UTF-16"),
    Hostile("Latin-1", lambda: f"{HEAD}spec: Größe\n".encode("latin-1"), "4:9: warning: byte 0xf6 is not UTF-8"),
    Hostile("a plain scalar of 20 MB", lambda: f"{HEAD}spec: {'x' * 20_000_000}\n", "3:18: note: seen bad"),
    Hostile("a quoted scalar of 20 MB", lambda: f'{HEAD}spec: "{"x " * 10_000_000}"\n', "3:18: note: seen bad"),
    Hostile("a block scalar of 20 MB", lambda: f"{HEAD}spec: |\n{'  xxxxxxx' * 2_000_000}\n", "3:18: note: seen bad"),
    Hostile("1,000,000 blank lines in a block scalar", lambda: HEAD + "spec: |\n  x\n" + "\n" * 1_000_000 + "  y\n", "3:18: note: seen bad"),
    Hostile("1,000,000 blanks in a block scalar", lambda: HEAD + "spec: |\n  x" + " " * 1_000_000 + "y\n", "3:18: note: seen bad"),
    Hostile("a comment of 20 MB", lambda: f"{HEAD}# {'x' * 20_000_000}\nspec: {{}}\n", "3:18: note: seen bad"),
    Hostile("a list of 300,000", lambda: f"{HEAD}spec:\n" + "- a\n" * 300_000, "3:18: note: seen bad"),
    Hostile("100,000 separators", lambda: "---\n" * 100_000 + HEAD + "spec: {}\n", "100003:18: note: seen bad"),
    Hostile("a number of 5,000 digits", lambda: f"{HEAD}spec: {{workerGroupSpecs: [{{groupName: a, replicas: {'9' * 5000}}}]}}\n", "3:18: note: seen bad"),
    Hostile("a key of 5,000 digits", lambda: f"{HEAD}spec: {{? {'9' * 5000} : 1}}\n", "3:18: note: seen bad"),
    Hostile("an exponent of 5,000 digits", lambda: f"{HEAD}spec: 1e{'9' * 5000}\n", "3:18: note: seen bad"),
    Hostile("infinity", lambda: f"{HEAD}spec: .inf\n", "4:7: warning: .inf has no form in JSON"),
    Hostile("a list where an object should be", lambda: "- apiVersion: ray.io/v1\n  kind: RayCluster\n", None),
    Hostile("lists everywhere", lambda: "apiVersion: [ray.io/v1]\nkind: [RayCluster]\nmetadata: []\nspec: []\n", None),
    Hostile("a cluster of numbers", lambda: HEAD + "spec: {headGroupSpec: 1, workerGroupSpecs: 2}\n", "3:18: note: seen bad"),
    Hostile("a list of lists in itself", lambda: "apiVersion: v1\nkind: List\nitems: &i [{apiVersion: ray.io/v1, kind: List, items: *i}]\n", "3:55: warning: the anchor 'i' contains itself"),
]  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What one run says of them all, each in a directory of its own, with a good file beside it."""
    top = tmp_path_factory.mktemp("hostile")
    for number, case in enumerate(HOSTILE):
        folder = top / "manifests" / str(number)
        folder.mkdir(parents=True)
        data = case.make()
        (folder / "bad.yaml").write_bytes(data.encode() if isinstance(data, str) else data)
        (folder / "good.yaml").write_text(GOOD)
    return lines(top / "manifests", put_rules(top / "own"), seconds=5 * SECONDS)


@pytest.mark.parametrize(
    ("number", "case"), [pytest.param(*each, id=each[1].id) for each in enumerate(HOSTILE)]
)
def test_hostile_file(number: int, case: Hostile, told: list[str]) -> None:
    bad = [line for line in told if line.startswith(f"{number}/bad.yaml:")]
    good = [line for line in told if line.startswith(f"{number}/good.yaml:")]
    assert good == [f"{number}/good.yaml:3:18: note: seen good [seen]"]
    said = [] if case.said is None else [f"{number}/bad.yaml:{case.said}"]
    assert [line[: len(said[0])] if said else line for line in bad] == said


def test_30_000_duplicate_keys(here: Path, rules: Path) -> None:
    (here / "bad.yaml").write_text(f"{HEAD}spec:\n" + "  a: 1\n" * 30_000)
    found = lines(here, rules)
    assert "bad.yaml:6:3: note: a twice [twice]" in found
    assert "bad.yaml:30004:3: note: a twice [twice]" in found
    assert "good.yaml:3:18: note: seen good [seen]" in found


def test_everything_below_the_limits_at_once_under_all_rules(here: Path) -> None:
    """Aliases that stay below the bound, but make 90,000 containers for rules to walk."""
    (here / "bad.yaml").write_text(
        HEAD
        + f"""spec:
  headGroupSpec:
    template: &t
      spec:
        containers: [&c {{name: a, image: 'b:{"1" * 50}'}}, {", ".join(["*c"] * 299)}]
  workerGroupSpecs: [&w {{groupName: a, template: *t}}, {", ".join(["*w"] * 299)}]
"""
    )
    answer = raypolicy(here, "check", ".", "-f", "json", "--profile", "pedantic")
    assert {finding["path"] for finding in json.loads(answer.stdout)["findings"]} <= {
        "bad.yaml",
        "good.yaml",
    }
    assert "2 Ray resources" in answer.stderr


# The file system


def test_cycles_of_symbolic_links(here: Path, rules: Path) -> None:
    (here / "loop").symlink_to(here, target_is_directory=True)
    (here / "a.yaml").symlink_to("b.yaml")
    (here / "b.yaml").symlink_to("a.yaml")
    assert lines(here, rules) == ["good.yaml:3:18: note: seen good [seen]"]
    assert lines(here, rules, "a.yaml")[0].startswith("a.yaml:1:1: warning: Too many levels")


def test_symbolic_links_out_of_the_tree_are_not_followed(
    here: Path, rules: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.yaml").write_text(GOOD)
    (here / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    answer = raypolicy(here, "check", "-v", ".")
    assert "link.yaml: not read: symbolic link" in answer.stderr
    assert lines(here, rules) == ["good.yaml:3:18: note: seen good [seen]"]


def test_a_link_that_is_named_is_followed(here: Path, rules: Path) -> None:
    (here / "link.yaml").symlink_to("good.yaml")
    assert lines(here, rules, "link.yaml") == ["link.yaml:3:18: note: seen good [seen]"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_among_files_is_left_alone(here: Path, rules: Path) -> None:
    os.mkfifo(here / "pipe.yaml")
    assert lines(here, rules) == ["good.yaml:3:18: note: seen good [seen]"]
    answer = raypolicy(here, "check", "-v", ".")
    assert "pipe.yaml: not read: not a plain file" in answer.stderr


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd here")
def test_a_pipe_that_is_named_is_read_to_its_end(here: Path, rules: Path) -> None:
    """`raypolicy check <(kubectl get rayclusters -o yaml)`."""
    (here / "long").write_text(f"# {'x' * 5_000_000}\n{GOOD}")
    command = f"{sys.executable} -m raypolicy check -q -f text -r {rules} --select own <(cat long)"
    answer = subprocess.run(["bash", "-c", command], cwd=here, capture_output=True, text=True)
    assert answer.stdout.partition(":")[2] == "4:18: note: seen good [seen]\n"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero here")
def test_an_endless_file(here: Path, rules: Path) -> None:
    assert lines(here, rules, "/dev/zero", "good.yaml") == [
        "/dev/zero:1:1: warning: not a plain file [unreadable]",
        "good.yaml:3:18: note: seen good [seen]",
    ]


def test_a_directory_called_like_a_file(here: Path, rules: Path) -> None:
    (here / "folder.yaml").mkdir()
    assert lines(here, rules) == ["good.yaml:3:18: note: seen good [seen]"]


@pytest.mark.parametrize("path", ["../../secret.yaml", "/etc/passwd", "good.yaml/../good.yaml", "nowhere.yaml", "../manifests"])  # fmt: skip
def test_a_kustomization_names_only_what_is_left_out(path: str, here: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("[ secret")
    (here / "kustomization.yaml").write_text(
        f"patches: [{{path: {path}}}]\nresources: [good.yaml]\n"
    )
    answer = raypolicy(here, "check", "-v", ".", "-f", "text")
    assert "[ secret" not in answer.stdout
    assert "kustomize patch" not in answer.stderr, "it is a resource as well"


def test_git_runs_nothing_that_a_repository_asks_for(here: Path, rules: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=here, check=True)
    subprocess.run(["git", "config", "core.fsmonitor", "touch owned; false"], cwd=here, check=True)
    lines(here, rules)
    assert not (here / "owned").exists()


def test_a_document_of_mistakes_costs_no_more_than_its_size(here: Path) -> None:
    params = ",".join(f'"p{number}":{number}' for number in range(2000))
    text = '{"apiVersion":"ray.io/v1","kind":"RayCluster","metadata":{"name":"a"},"spec":'
    (here / "a.json").write_text(text + '{"headGroupSpec":{"rayStartParams":{' + params + "}}}}")
    answer = raypolicy(here, "check", "a.json", "-q", "-f", "text")
    assert answer.stdout.count("unquoted-start-parameter") == 2000


# Terminals and logs

ESCAPES = {
    "colour": r"\e[31mred\e[0m",
    "title": r"\e]0;owned\a",
    "C1": r"\x9b31m",
    "bidi": r"\u202Eevil\u2066",
    "invisible": r"\u200B\uFEFF",
    "lines": r"a\r\nb\u2028c",
    "workflow command": r"\n::error::owned",
    "##vso": r"##vso[task.setvariable]x",
}
RAW = [chr(c) for c in (*range(10), *range(11, 32), *range(0x7F, 0xA0), 0x200B, 0x2028, 0x202E, 0x2066, 0xFEFF)]  # fmt: skip


def strange_commands(output: str, form: str) -> list[str]:
    """Lines that a CI runner would obey, but for those that are what was asked for. GitHub's looks
    for commands behind blanks, too."""
    commands = [line for line in output.splitlines() if line.lstrip().startswith("::")]
    ours = re.compile(r"::(error|warning|notice) title=[a-z-]+,file=")
    return [line for line in commands if form != "github" or not ours.match(line)]


def printed(here: Path, rules: Path) -> dict[str, str]:
    """What a run prints in each format, and what it says beside that, which has no name."""
    files = {name: here.parent / f"{name}.out" for name in FORMATS if name != "text"}
    forms = ("-ftext", *(f"-f{name}={file}" for name, file in files.items()))
    words = ("--show-unknown", "-v", "--color", "never")
    answer = raypolicy(here, "check", "-r", rules, "--select", "own", *words, *forms, ".")
    assert "2 Ray resources" in answer.stderr
    written = {name: file.read_bytes().decode() for name, file in files.items()}
    return {"": answer.stderr, "text": answer.stdout, **written}


@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES)
def test_escapes_in_values_are_never_printed_raw(escape: str, here: Path, rules: Path) -> None:
    (here / "bad.yaml").write_text(GOOD.replace("name: good", f'name: "{escape}"'))
    for form, output in printed(here, rules).items():
        assert not form or "bad.yaml" in output, form
        assert [char for char in RAW if char in output] == [], form
        assert strange_commands(output, form) == []
        assert "##vso[" not in output, form


@pytest.mark.parametrize("name", [b"\x1b[31m.yaml", b"a\nb.yaml", b"\xff.yaml", "\u202e.yaml".encode(), b"::error::.yaml", b" ::error::.yaml", "\u3000::error::.yaml".encode()], ids=repr)  # fmt: skip
def test_escapes_in_file_names_are_never_printed_raw(name: bytes, here: Path, rules: Path) -> None:
    try:
        Path(os.fsdecode(os.path.join(os.fsencode(here), name))).write_text(GOOD)
    except OSError:
        pytest.skip("the file system does not take this name")
    for form, output in printed(here, rules).items():
        assert [char for char in RAW if char in output] == [], form
        assert strange_commands(output, form) == []
        assert not any(line.startswith("b.yaml") for line in output.splitlines()), form


NAMES = ["::error::x", " ::error::x", "a\n::error::x"]


@pytest.mark.parametrize("name", NAMES, ids=repr)
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "-v", "."],
        ["check", "--diff", "--unsafe", "."],
        ["check", "--fix", "."],
        ["check", "--write-baseline", "{}.json", "."],
        ["check", "--baseline", "{}.empty", "."],
        ["check", "--baseline", "{}.known", "-v", "."],
        ["check", "-c", "{}.txt", "."],
        ["check", "-r", "{}.txt", "."],
        ["test", "{}.txt"],
    ],
    ids=" ".join,
)
def test_no_line_of_any_output_is_a_command(arguments: list[str], name: str, here: Path) -> None:
    """Names of files begin lines: unread, unfixed, broken, gone."""
    fixable = GOOD.replace("ray.io/v1\n", "ray.io/v1alpha1\n")
    generated = f"# Code generated. DO NOT EDIT.\n{fixable}"
    entry = {"path": f"{name}-gone.yaml", "rule": "moving-tag", "resource": "", "fingerprint": ""}
    texts = {".yaml": fixable, "2.yaml": generated, ".txt": "x: 1", ".empty": ""}
    texts[".known"] = json.dumps({"version": 1, "findings": [entry]})
    for suffix, text in {**texts, "3.yaml": GOOD + "x: {{ .Values.x }}\n"}.items():
        (here / f"{name}{suffix}").write_text(text)
    answer = raypolicy(here, *(each.format(name) for each in arguments))
    output = answer.stdout + answer.stderr
    assert "::error::" in output
    assert strange_commands(output, "text") == []


def test_no_line_of_a_patch_is_a_command(here: Path) -> None:
    text = GOOD.replace("ray.io/v1\n", "ray.io/v1alpha1\n")
    said = "#\n ::error::said\n ::\n"
    (here / "bad.yaml").write_text(f"a: |\n{said[2:]}---\n{text}")
    output = raypolicy(here, "check", "--diff", "--unsafe", "bad.yaml").stdout
    assert "\n  \\x3a:error::said\n  ::\n" in output


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no /dev/zero here")
@pytest.mark.parametrize(
    "setting", ["baseline: {}", "rules: [{}]", "extends: {}"], ids=lambda text: text[:5]
)
def test_a_configuration_that_names_an_endless_file(setting: str, here: Path) -> None:
    (here / ".raypolicy.yaml").write_text(setting.format("/dev/zero"))
    answer = raypolicy(here, "check", ".")
    assert answer.returncode == 2
    assert "/dev/zero" in answer.stderr


def test_escapes_in_what_facts_prints(here: Path) -> None:
    (here / "bad.yaml").write_text(
        GOOD.replace("name: good", r'name: "\e[31m", labels: {"\u202E": "\a"}')
    )
    for arguments in (["facts", "bad.yaml"], ["facts", "--json", "bad.yaml"]):
        output = raypolicy(here, *arguments).stdout
        assert output
        assert [char for char in RAW if char in output] == []


# Rule files


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("severity", "sevrity", "2:1: error: unknown key 'sevrity'; did you mean 'severity'?"),
        ("clusters[*]", "clusters[*", "4:18: error: not a path: 'clusters[*'"),
        ("cluster.name exists", "cluster.nam exists", "5:15: error: a Cluster has no 'nam'"),
        ("summary: s", "summary: \x1b[31m", "1:10: error: not YAML: character U+001B is not allowed"),
        ("summary: s", "summary: &a [*a]", "1:14: error: not YAML: the anchor 'a' contains itself"),
        ("summary: s", f"summary: {'[' * 100_000}", "1:1009: error: not YAML: "),
        ("when:", "when: &w [*w]\nx:", "5:11: error: not YAML: the anchor 'w' contains itself"),
    ],
    ids=["a misspelt key", "an open bracket", "a misspelt name", "an escape", "in itself", "deep", "a clause in itself"],
)  # fmt: skip
def test_hostile_rule_file(old: str, new: str, error: str, here: Path, rules: Path) -> None:
    path = rules / "seen.yaml"
    path.write_text(RULES["seen"].replace(old, new, 1))
    answer = raypolicy(here, "check", "-r", "../own", ".")
    assert answer.returncode == 2
    assert error in answer.stderr
    assert answer.stdout == ""


def test_a_glob_of_many_stars_takes_no_time(here: Path, rules: Path) -> None:
    (here / "good.yaml").write_text(GOOD.replace("name: good", f"name: {'a' * 60}"))
    stars = RULES["seen"].replace("cluster.name exists", f"cluster.name matches '{'*a' * 25}*b'")
    (rules / "seen.yaml").write_text(stars)
    assert lines(here, rules) == []
