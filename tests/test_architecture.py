"""The rooms of the house: who may import whom, and what is not even imported.

The table is docs/architecture.md's in full: a module imports only what stands below it.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import networkx
import pytest

from raypolicy.catalogue import shipped

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "raypolicy"

# From the top down. Each line is a layer, its modules in order; a name with a slash is a room, whose
# own modules follow in braces.
LAYERS = """
9 cli/{__main__ cli cli.checking cli.comparing cli.fixing cli.outputs cli.progress cli.catalogue cli.showing cli.upgrading cli.inputs cli.manual cli.completing cli.helping cli.lessons cli.status}
8 docs rulespage ruleschema schemas preview yamltext sheet drawing upgradesheet
7 formats/{formats html htmlfilters htmlfindings htmlcharts htmlcoverage htmlplaces htmlsource htmltext github gitlab junit markdown sarif sarifresults sarifrules json table full excerpt text coverage rollinghash places style}
6 upgrade run compared examples audit
5 asmeant links graph through suppress unchanged looked matching enclosing origins selection catalogue baseline overrides configlisting configfile layers config configkeys fingerprints fix untouched overwrite together
4 ruleset branches rule rulefix wording rulefile needs rulelanguage clause comparison kleene paths roots model neighbours policies/{policies flows clusterpods calls policyflows flowports policyindex} around/{around jobnamesakes secrets powers redislinks accesses bindings claims confinements healings meshes posers quotas queues flavors scalers unhanded madepods} ways/{ways joined clashes addresses entrances backends routes selectors words missed selectedports writtenselectors servicelabels labelindex podsets madeservices} repeats violations references/{references texts places} freetexts seen
3 facts/{facts violation subject flow rayobject reference askedkey repeat jobnamesake access plainsecret power redislink binding claim clash confinement healing mesh poser queue quota scaler unhandedvariable address backend entrance selector budget cronjob job submission serve schedule ending deletion upgrade serveconfig runtimeenv packaged serveapplication rayoption servedemand demand cluster optionedcluster clusternames batch authentication tokenvariable autoscaler encryption statestore faulttolerance historyserver taken declared installedray exposure headsettings isolation sought naming headservice serviceport scale headgroup workergroup tpuslice group logical objectstore startcommand sidecarport claimedport startparameter entrypoint submitter pod storage claimmount refused refusedservice refusal malformed custom ownresource container accelerator amount command hook probe port image metadata tag kustomization suppression resource document target variable setting view}
3 differing made/{made generated everything gradual cleanup submitters closing keeping rights ingresses serving services pods waiting volumes probes podmetadata container collector autoscaler faulttolerance startcommand planning sidecar submission secured environment plan gotext building admitted parts}
3 refusals/{refusals services ingress podmeta hostports amounts security handlers settings placement volumes claims projections env mounts containers selectors fault}
3 effective/{effective statestore redisaddress secrets powers accelerators nodes addedvolumes interval script schedule submission deletion timeout isolation access podsecurity usage added unwritten options startports exposure probes healthchecks sharedmemory spot logical serve resourcetext bashvalue entrypoint ports derived names worthwhile podlabels replicas command programs start gates shell injected origin apiversion ownvariables variables}
2 timezones suppressions inventory jsonpatches installed bundle schema/{schema meant telling walk validations formats fields} writtenpolicy networkpolicy wiped labelselector published releases rayoptions startoptions images mentions knownkeys kubenames
1 inputs/{inputs batches charts overlays patches kustomize closure kustomization rendered sources branch revision git archives trees zipmembers tarmembers members files tools walk} expect edits/{edits operations layout writing within plain}
1 prepared inside reader tree builder document scalarplaces scalars nearamounts goduration values nearnames findings
0 whole errors source
"""
OUTSIDE = {
    # package: the one module or room that imports it
    "click": "cli",
    "yaml": "reader",
    "jsonpath_ng": "paths",
    "tabulate": "formats.table",
    "networkx": "through",
}
LONGEST = 265


def order() -> list[str]:
    """The table as a list of modules, the highest first."""
    found: list[str] = []
    for line in LAYERS.strip().splitlines():
        room = ""
        for word in line.split()[1:]:
            if "/{" in word:
                room, _, word = word.partition("/{")
            name = word.rstrip("}")
            inside = room and name != room and not name.startswith((f"{room}.", "__"))
            found.append(f"{room}.{name}" if inside else name)
            room = "" if word.endswith("}") else room
    return found


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__") if parts != ("__init__",) else ""


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}
ORDER = order()


def imported(tree: ast.Module) -> set[str]:
    """Full names of what a module imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole module"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
            names.add(str(node.module))
    return names


def inside(name: str) -> set[str]:
    """Modules of ours that a module imports; the package itself holds the version only."""
    names = {each.removeprefix("raypolicy.") for each in imported(TREES[name])}
    return {each for each in names if each in MODULES and each and each != name}


GRAPH = networkx.DiGraph([(name, other) for name in MODULES if name for other in inside(name)])


def test_the_table_has_every_module_once() -> None:
    assert sorted(ORDER) == sorted(name for name in MODULES if name)


@pytest.mark.parametrize("name", [name for name in ORDER if name in MODULES])
def test_a_module_imports_only_what_stands_below_it(name: str) -> None:
    upwards = {other for other in inside(name) if ORDER.index(other) < ORDER.index(name)}
    own_package = {other for other in upwards if name.startswith(f"{other}.")}
    assert upwards - own_package == set()


def test_the_package_itself_reaches_only_for_the_run() -> None:
    assert inside("") <= {"run", "config", "findings", "inputs.files"}


def test_there_are_no_cycles() -> None:
    assert list(networkx.simple_cycles(GRAPH)) == []


def test_each_outside_package_has_one_importer() -> None:
    importers: dict[str, set[str]] = defaultdict(set)
    for name, tree in TREES.items():
        for each in imported(tree):
            package = each.split(".")[0]
            if package not in sys.stdlib_module_names and package != "raypolicy":
                importers[package].add("cli" if name.split(".")[0] == "cli" else name)
    assert importers == {package: {importer} for package, importer in OUTSIDE.items()}


def test_dependencies_are_those_that_are_imported() -> None:
    import tomllib

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {line.split(">")[0].replace("-", "_").replace("pyyaml", "yaml") for line in declared}
    assert names == set(OUTSIDE)


@pytest.mark.parametrize("name", MODULES)
def test_module_is_short_and_says_what_lives_there(name: str) -> None:
    lines = MODULES[name].read_text("utf-8").count("\n")
    assert lines <= LONGEST
    said = ast.get_docstring(TREES[name])
    assert said is not None
    assert len(said.splitlines()[0]) <= 100


def test_there_are_no_utilities() -> None:
    assert not {"util", "utils", "helpers", "common", "misc"} & {
        part for name in MODULES for part in name.split(".")
    }


def test_nothing_inherits_but_views_and_errors() -> None:
    """And what the typing of Python asks for: tuples, enumerations, generics, facts."""
    allowed = {"NamedTuple", "Command", "Exception", "Enum", "IntEnum", "Generic", "View", "dict", "fact", "Group", "NamedCluster", "OptionedCluster", "Protocol", "SoughtName", "SoughtService"}  # fmt: skip
    bases = {
        ast.unparse(base).split("[")[0].rpartition(".")[2]
        for name, tree in TREES.items()
        if name != "reader"  # PyYAML's parser is put together by inheritance
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    }
    errors = {base for base in bases if base.endswith("Error")}
    assert bases - errors - allowed <= {"NotJson"}


def modules_after(folder: Path, text: str, *arguments: str) -> set[str]:
    """What is imported once a file has been checked, in a process of its own."""
    (folder / "a.yaml").write_text(text)
    program = (
        "import sys, json\nfrom raypolicy.cli import main\n"
        "try: main(sys.argv[1:], prog_name='raypolicy')\n"
        "except SystemExit as status: print(json.dumps([status.code, *sys.modules]))\n"
    )
    command = [sys.executable, "-c", program, "check", *arguments, "a.yaml"]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    status, *modules = json.loads(answer.stdout.splitlines()[-1])
    assert status in (0, 1), answer.stderr
    return set(modules)


RAY = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: dev}
spec: {headGroupSpec: {template: {spec: {containers: [{name: ray-head, image: 'rayproject/ray:latest'}]}}}}
"""


@pytest.mark.parametrize("others", [(), ("kustomization.yaml", ".")], ids=["alone", "kustomized"])
def test_a_file_without_ray_is_not_worth_a_parser(others: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [a.yaml]\n")
    modules = modules_after(tmp_path, "apiVersion: v1\nkind: Pod\n", *others)
    slow = {"yaml", "jsonpath_ng", "networkx", "tabulate", "jsonschema", "difflib", "hashlib"}
    assert modules & slow == set()
    ours = {"raypolicy.rule", "raypolicy.reader", "raypolicy.facts.cluster", "raypolicy.audit"}
    assert modules & ours == set()


def test_neither_is_one_with_a_baseline(tmp_path: Path) -> None:
    entry = {"path": "b.yaml", "rule": "x", "resource": "", "fingerprint": ""}
    (tmp_path / "b.yaml").touch()
    (tmp_path / "known.json").write_text(json.dumps({"version": 1, "findings": [entry]}))
    modules = modules_after(tmp_path, "kind: Pod\n", "--baseline", "known.json")
    assert "raypolicy.baseline" in modules
    slow = {"yaml", "hashlib", "subprocess", "raypolicy.rule", "raypolicy.audit"}
    assert modules & slow == set()


@pytest.mark.parametrize("form", ["text", "full", "json"])
def test_a_check_loads_no_package_that_it_does_not_need(form: str, tmp_path: Path) -> None:
    shipped()  # in a checkout, rules are prepared once they have changed
    modules = modules_after(tmp_path, RAY, "-f", form)
    assert "yaml" in modules
    assert modules & {"jsonpath_ng", "networkx", "tabulate", "jsonschema"} == set()
