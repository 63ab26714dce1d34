"""How bash reads an entrypoint amid the command that submits it, compared with bash itself where it
is there; and what the facts of a RayJob make of that.

Not here: what rules say of it (their examples).
"""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import pytest

from raypolicy.bundle import make_bundle
from raypolicy.effective.entrypoint import read, variable
from raypolicy.facts.submission import Submission
from raypolicy.model import Aim, Model
from raypolicy.releases import kuberay
from raypolicy.source import SourceFile
from raypolicy.tree import ABSENT, Node, Unknown

WHOLE = [
    # read as one command
    "python a.py",
    'python -c "import ray; ray.init()"',
    "python -c 'a; b | c > d'",
    "python a.py --name a\\;b \\( it\\'s",
    "python a.py 2>&1",
    "python a.py </dev/null 2>/dev/null",
    "python a.py \\\n  --more",
    "python -c 'a\nb'",
    "python -c $'it\\'s'",
    "python a.py --issue#1",
    "FOO=1 python a.py {a,b} *.txt",
    'python -c "f(\'x\'); `g`; $(h "i")"',
    "echo $((1 + 2)) ${A:-b} $1 $",
    "cat <<< here > there",
]
SPLIT = [
    # entrypoint, the operator that ends the command, what follows
    ("cd /app && python a.py", "&&", " python a.py"),
    ("python a.py || true", "||", " true"),
    ("python a.py; echo done", ";", " echo done"),
    ("python a.py | tee log", "|", " tee log"),
    ("python a.py |& tee log", "|&", " tee log"),
    ("python a.py & wait", "&", " wait"),
    ("python a.py\npython b.py", "\n", "python b.py"),
    ("python a.py  # one\n\n# two\npython b.py", "\n", "\n# two\npython b.py"),
    ("# one\npython a.py", "\n", "python a.py"),
    ("python a.py; (cd b && c)", ";", " (cd b && c)"),
    ("python a.py 2>&1 | tee log", "|", " tee log"),
]
UNREADABLE = [
    # entrypoint, where it goes wrong
    ('python -c "print(1)', '"'),
    ("python it's.py", "'"),
    ("python a.py $'b", "$"),
    ("python -c print(1)", "("),
    ("python a.py )", ")"),
    ("python a.py;", ";"),
    ("python a.py &", "&"),
    ("python a.py &&", "&&"),
    ("python a.py && # why not", "&&"),
    ("python a.py & && b", "&"),
    ("python a.py >", ">"),
    ("python a.py > # b", ">"),
    ("python a.py >>> b", ">>>"),
    ("python a.py ;; b", ";;"),
    ('python "$(a"', "$"),
    ("python `a", "`"),
    ("python a.py; echo 'b", "'"),
    ("python - <<EOF\nprint(1)\nEOF", "<<EOF"),
]


def bash_reads(entrypoint: str) -> bool:
    """Whether bash takes the line that the operator makes of an entrypoint."""
    line = f"if ! ray job status x ; then ray job submit -- {entrypoint} ; fi ; ray job logs x"
    return subprocess.run(["bash", "-n", "-c", line], capture_output=True).returncode == 0


def words_of(entrypoint: str) -> list[str]:
    """What `ray` is called with by bash, the first time."""
    line = f'ray() {{ printf "%s\\0" "$@"; exit; }}\nray {entrypoint} ;'
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    return done.stdout.split("\0")[:-1]


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")


@pytest.mark.parametrize("text", WHOLE)
def test_one_command(text: str) -> None:
    reading = read(text)
    assert reading is not None
    assert (reading.fault, reading.split, reading.comment) == (None, None, None)


@pytest.mark.parametrize(("text", "operator", "rest"), SPLIT)
def test_where_a_command_ends(text: str, operator: str, rest: str) -> None:
    reading = read(text)
    assert reading is not None and reading.split is not None
    start, end = reading.split
    assert (text[start:end], text[end:]) == (operator, rest)


@pytest.mark.parametrize(("text", "part"), UNREADABLE)
def test_what_bash_refuses(text: str, part: str) -> None:
    reading = read(text)
    assert reading is not None and reading.fault is not None
    assert text[reading.fault.start :].startswith(part)
    assert reading.split is None


@needs_bash
@pytest.mark.parametrize("text", [*WHOLE, *(text for text, *_ in SPLIT)])
def test_bash_takes_them(text: str) -> None:
    assert bash_reads(text)


@needs_bash
@pytest.mark.parametrize("text", [text for text, _ in UNREADABLE])
def test_bash_does_not(text: str) -> None:
    assert not bash_reads(text)


@needs_bash
def test_a_comment_takes_in_what_follows() -> None:
    reading = read("python a.py # why not")
    assert reading is not None and reading.comment == 12
    assert not bash_reads("python a.py # why not")


@needs_bash
@pytest.mark.parametrize("text", [text for text, operator, _ in SPLIT if operator in ("&&", ";")])
def test_only_what_stands_before_is_given_to_ray(text: str) -> None:
    reading = read(text)
    assert reading is not None and reading.split is not None
    assert words_of(text) == words_of(text[: reading.split.start])


def test_a_text_without_end_is_not_read() -> None:
    assert read("a;" * 20_000) is None


@pytest.mark.parametrize("opening", ["(", "$(", '"$(', "${", "`", "'", '"', "\\", "<<a\n", "$(("])
def test_reading_takes_linear_time(opening: str) -> None:
    assert read(opening * (19_000 // len(opening))) is not None


REDIRECTIONS = [
    ("python a.py > out.log 2>&1", ["> out.log"]),
    ("python a.py &>> 'o ut' < in", ["&>> 'o ut'", "< in"]),
    ("python a.py 2>/dev/null >&-", []),
    ("python a.py | tee > out", []),
    ("python a.py >| out", [">| out"]),
    ("python - <<< hello", ["<<< hello"]),
    ("python - <<EOF\nx\nEOF\necho b", ["<<EOF"]),
]


@pytest.mark.parametrize(("text", "found"), REDIRECTIONS)
def test_redirections(text: str, found: list[str]) -> None:
    reading = read(text)
    assert reading is not None
    assert [text[start:end] for start, end in reading.redirections] == found


EXPANSIONS = [
    ("a $B \"${C}\" '$D' \\$E $(f $g) `h` $1 $$ $ x$Y_2z-", "$B ${C} $(f~$g) `h` $1 $$ $Y_2z"),
    ("a <(b) >(c)", "<(b) >(c)"),
    ("a && b $C", ""),
    ('a "b `c`" $"d"', "`c`"),
]


@pytest.mark.parametrize(("text", "found"), EXPANSIONS)
def test_what_bash_puts_in(text: str, found: str) -> None:
    reading = read(text)
    assert reading is not None
    pieces = (text[start:end].replace(" ", "~") for start, end in reading.expansions)
    assert " ".join(pieces) == found


def test_names_of_variables() -> None:
    texts = ("$A_1", "${b}", "${c:-d}", "$1", "$(e)", "`f`", "$é")
    assert [variable(text) for text in texts] == ["A_1", "b", *[None] * 5]


# What a RayJob's facts say


def submission(spec: str, target: str | None = None, gates: tuple[str, ...] = ()) -> Submission:
    lines = "".join(f"  {line}\n" for line in spec.splitlines())
    text = f"apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {{name: a}}\nspec:\n{lines}"
    bundle = make_bundle("", [SourceFile("a.yaml", text)])
    return Model(bundle, Aim(kuberay(target), "2026-01-01", gates)).jobs[0].submission


def told(node: Node[Any]) -> Any:
    if node.value is ABSENT:
        return "absent"
    return "unknown" if isinstance(node.value, Unknown) else node.value


OWN = "submitterPodTemplate: {spec: {containers: [{name: a, command: [/submit.sh]}]}}"
SHELLS = [
    # spec, KubeRay, whether the entrypoint is run, where a shell ends it
    ("", "1.7", True, "&&"),
    ("submissionMode: K8sJobMode", "1.3", True, "&&"),
    ("submissionMode: SidecarMode", "1.5", True, "&&"),
    ("submissionMode: HTTPMode", "1.7", True, "absent"),
    ("submissionMode: InteractiveMode", "1.7", False, "absent"),
    ("submissionMode: SidecarMode", "1.4", False, "absent"),
    ("submissionMode: $MODE", "1.7", "unknown", "absent"),
    ("", "1.2", True, "absent"),
    (OWN, "1.7", False, "absent"),
    (f"{OWN}\nsubmissionMode: HTTPMode", "1.7", True, "absent"),
]


@pytest.mark.parametrize(("spec", "target", "runs", "split"), SHELLS)
def test_who_reads_the_entrypoint(spec: str, target: str, runs: Any, split: str) -> None:
    seen = submission(f"{spec}\nentrypoint: a && b", target)
    assert told(seen.runs_entrypoint) == runs
    assert told(seen.entrypoint.split) == split


@pytest.mark.parametrize(
    ("mode", "gates", "fault"),
    [("K8sJobMode", (), True), ("SidecarMode", (), False),
     ("SidecarMode", ("SidecarSubmitterRestart",), True)],
)  # fmt: skip
def test_a_comment_at_the_end(mode: str, gates: tuple[str, ...], fault: bool) -> None:
    seen = submission(f"entrypoint: 'a # b'\nsubmissionMode: {mode}", gates=gates)
    assert (told(seen.entrypoint.fault) != "absent") is fault


@pytest.mark.parametrize("text", ["{{ .Values.a | b }}", "a <b> > c", "a && __B__", "%{ if a };"])
def test_a_template_may_become_anything(text: str) -> None:
    seen = submission(f"entrypoint: '{text}'").entrypoint
    assert told(seen.split) == told(seen.fault) == "unknown"
    assert seen.redirections == seen.expansions == ()


def test_blanks_around_it_are_not_read() -> None:
    seen = submission("entrypoint: |\n\n  cd a && \\\n    b  \n\n").entrypoint
    assert told(seen.remainder) == "\\"
    assert seen.split.span.text == "&&"
    assert told(seen.wrapped) == "bash -c 'cd a && \\\n  b'"


RESOURCES = [
    # entrypointResources, mode, the word of the fault
    ('\'{"a": 1, "b": 0.5}\'', "K8sJobMode", "absent"),
    ('""', "K8sJobMode", "absent"),
    ("$R", "K8sJobMode", "unknown"),
    ("'a: 1'", "HTTPMode", "no JSON"),
    ("'[1]'", "K8sJobMode", "no object"),
    ("'{\"a\": true}'", "K8sJobMode", "number for a"),
    ('|\n  {"a": 1}', "K8sJobMode", "line break"),
    ('|\n  {"a": 1}', "HTTPMode", "absent"),
    ("nonsense", "InteractiveMode", "absent"),
]


@pytest.mark.parametrize(("text", "mode", "word"), RESOURCES)
def test_resources_of_the_entrypoint(text: str, mode: str, word: str) -> None:
    seen = submission(f"submissionMode: {mode}\nentrypointResources: {text}")
    assert word in told(seen.resources_fault)


def cluster(head: str, *workers: str) -> str:
    groups = "".join(
        f"  - {{groupName: g, template: {{spec: {{}}}}, {each}}}\n" for each in workers
    )
    listed = f"  workerGroupSpecs:\n{groups}" if groups else ""
    return f"rayClusterSpec:\n  headGroupSpec: {{rayStartParams: {head}}}\n{listed}"


TWO = "replicas: 1, rayStartParams: {num-cpus: '2', num-gpus: '1', resources: '{\"a\": 3}'}"
MOST = [
    # cluster, what is asked for, the most that a pod has
    (cluster("{num-cpus: '0'}"), "entrypointNumCpus: 1", 0),
    (cluster("{num-cpus: '4'}", TWO), "entrypointNumCpus: 3", 4),
    (cluster("{num-cpus: '0'}", TWO), "entrypointNumCpus: 0.5", 2),
    (cluster("{num-cpus: '0'}", TWO.replace("1,", "0,", 1)), "entrypointNumCpus: 1", 0),
    (cluster("{}"), "entrypointNumCpus: 1", "unknown"),
    (cluster("{num-cpus: '0'}", TWO.replace("1,", "$N,", 1)), "entrypointNumCpus: 1", 2),
    (cluster("{}", TWO), "entrypointNumGpus: 2", 1),
    (cluster("{}", TWO), "entrypointResources: '{\"a\": 4}'", 3),
    (cluster("{}"), "entrypointResources: '{\"a\": 4}'", 0),
]


@pytest.mark.parametrize(("made", "asked", "most"), MOST)
def test_the_most_that_a_pod_has(made: str, asked: str, most: Any) -> None:
    (demand,) = submission(f"{made}{asked}").demands
    assert told(demand.most) == most


def test_what_is_not_counted() -> None:
    asked = 'entrypointNumCpus: -1\nentrypointResources: \'{"TPU": 1, "node:a": 1, "b": 0}\''
    assert submission(f"{cluster('{}')}{asked}").demands == ()


PULLS = [
    # the head's image, what is written of the submitter, whether it pulls from the same place
    ("r.io/a/ray:1", "", True),
    ("rayproject/ray:2.52.0", "", False),
    ("r.io/rayproject/ray:2.52.0", "", True),
    ("a/ray:1", "", True),
    ("$IMAGE", "", "unknown"),
    ("r.io/a/ray:1", "containers: [{image: r.io/a/b:2}]", True),
    ("r.io/a/ray:1", "containers: [{image: r.io/b/c:2}]", False),
    ("r.io/a/ray:1", "containers: [{image: rayproject/ray:2.52.0}]", False),
    ("r.io/a/ray:1", "serviceAccountName: c", False),
]


@pytest.mark.parametrize(("image", "written", "alike"), PULLS)
def test_where_the_submitter_pulls_from(image: str, written: str, alike: Any) -> None:
    pod = f"{{imagePullSecrets: [{{name: s}}], containers: [{{image: {image}}}]}}"
    spec = f"rayClusterSpec: {{headGroupSpec: {{template: {{spec: {pod}}}}}}}"
    own = f"\nsubmitterPodTemplate: {{spec: {{{written}}}}}" if written else ""
    (gap,) = submission(spec + own).gaps
    assert told(gap.pulls_alike) == alike
