"""What an editor makes of the schemas: Red Hat's yaml-language-server, as VS Code and others run it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SERVER = (
    Path(__file__).parent / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
)
SCHEMAS = ROOT / "docs" / "schemas"
JUDGE = [sys.executable, "-m", "check_jsonschema"]
pytestmark = pytest.mark.integration
SETTINGS = {
    "yaml": {"schemaStore": {"enable": False}, "validate": True, "hover": True, "completion": True}
}


class Editor:
    """As much of an editor as the server needs: files are opened, and asked about."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.server = subprocess.Popen(
            ["node", SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.asked = self.opened = 0
        self.found: dict[str, list[dict[str, Any]]] = {}
        self.ask(
            "initialize",
            {"processId": None, "rootUri": root.as_uri(), "capabilities": CAPABILITIES},
        )
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": SETTINGS})

    def close(self) -> None:
        self.ask("shutdown", None)
        self.tell("exit", None)
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.close()
        self.server.stdout.close()
        self.server.wait(10)

    def send(self, message: dict[str, Any]) -> None:
        assert self.server.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.server.stdin.flush()

    def tell(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def receive(self) -> dict[str, Any]:
        """The next message; what the server asks is answered, what it finds kept."""
        assert self.server.stdout is not None
        length = 0
        while line := self.server.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name == b"Content-Length" else length
        message = json.loads(self.server.stdout.read(length))
        if message.get("method") == "workspace/configuration":
            answer = [SETTINGS.get(item["section"], {}) for item in message["params"]["items"]]
            self.send({"id": message["id"], "result": answer})
        elif "method" in message and "id" in message:
            self.send({"id": message["id"], "result": None})
        elif message.get("method") == "textDocument/publishDiagnostics":
            self.found[message["params"]["uri"]] = message["params"]["diagnostics"]
        return message

    def ask(self, method: str, params: Any) -> Any:
        self.asked += 1
        self.send({"id": self.asked, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.asked and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def open(self, name: str, text: str) -> str:
        """Write a file into a folder of its own and open it; its address."""
        self.opened += 1
        path = self.root / str(self.opened) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        uri = path.as_uri()
        self.tell(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}},
        )
        return uri

    def mistakes(self, name: str, text: str) -> list[tuple[int, str]]:
        """Lines, from 1, and messages."""
        uri = self.open(name, text)
        while uri not in self.found:
            self.receive()
        return [(each["range"]["start"]["line"] + 1, each["message"]) for each in self.found[uri]]

    def at(self, method: str, name: str, text: str) -> Any:
        """What the server answers for the place that is marked with `|`."""
        before, _, after = text.partition("|")
        uri = self.open(name, before + after)
        place = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        return self.ask(f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": place})

    def offers(self, name: str, text: str) -> set[str]:
        answer = self.at("completion", name, text)
        return {item["label"] for item in (answer["items"] if isinstance(answer, dict) else answer)}


CAPABILITIES = {
    "workspace": {"configuration": True},
    "textDocument": {
        "completion": {
            "completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}
        },
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {},
    },
}


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    assert SERVER.is_file(), "npm installs it: `make test-integration`"
    opened = Editor(tmp_path_factory.mktemp("editor"))
    yield opened
    opened.close()


CONFIG = f"# yaml-language-server: $schema={(SCHEMAS / 'config.schema.json').as_uri()}\n"
RULE = f"# yaml-language-server: $schema={(SCHEMAS / 'rule.schema.json').as_uri()}\n"
GOOD_RULE = "summary: s\nseverity: note\nwhy: w\ngiven: {c: 'clusters[*]'}\nwhen: c.name exists\nmessage: m\nexamples: []\n"
MISTAKES = {
    # text: lines of mistakes; the first line is the modeline
    "a good configuration": (CONFIG + "extends: packs/\nignore: [moving-tag, images, my-own-rule]\ntarget: {kuberay: '1.6'}\n", []),
    "a key": (CONFIG + "profile: default\nselct: [a]\n", [3]),
    "a word": (CONFIG + "\nprofile: all\n", [3]),
    "a float": (CONFIG + "target:\n  kuberay: 1.10\n", [3]),
    "below": (CONFIG + "overrides:\n  - paths: [a]\n    severity: {moving-tag: bad}\n", [4]),
    "a setting": (CONFIG + "settings:\n  many-small-pods:\n    pds: 3\n", [4]),
    "two": (CONFIG + "select: a\nfail-on: 1\n", [2, 3]),
    "a good rule": (RULE + GOOD_RULE, []),
    "a severity": (RULE + GOOD_RULE.replace("note", "fatal"), [3]),
    "a clause": (RULE + GOOD_RULE.replace("c.name exists", "c.name is nice"), [6]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "lines"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_marked_in_their_lines(text: str, lines: list[int], editor: Editor) -> None:
    found = editor.mistakes("a.yaml", text)
    assert sorted({line for line, _ in found}) == lines, found


OFFERS = {
    # text with a mark: some of what is offered
    "keys": (CONFIG + "|", {"extends", "overrides", "fail-on", "target"}),
    "words": (CONFIG + "profile: |", {"default", "pedantic"}),
    "rules and topics": (CONFIG + "ignore:\n  - |", {"moving-tag", "images"}),
    "names of a mapping": (CONFIG + "severity:\n  |", {"moving-tag", "images"}),
    "severities": (CONFIG + "severity:\n  moving-tag: |", {"error", "warning", "note"}),
    "rules with settings": (CONFIG + "settings:\n  |", {"many-small-pods"}),
    "settings of a rule": (CONFIG + "settings:\n  many-small-pods:\n    |", {"pods", "cpus"}),
    "releases in quotes": (CONFIG + "target:\n  kuberay: |", {'"1.6"'}),
    "keys of a rule": (RULE + "|", {"given", "require", "refused_by"}),
    "roots": (RULE + "given:\n  cluster: |", {"clusters[*]", "pods[*]"}),
    "keys of an example": (RULE + "examples:\n  - |", {"pass", "fail", "kubernetes"}),
}  # fmt: skip


@pytest.mark.parametrize(("text", "some"), OFFERS.values(), ids=OFFERS)
def test_what_is_offered(text: str, some: set[str], editor: Editor) -> None:
    assert some <= editor.offers("a.yaml", text)


HOVERS = {
    "a key": (CONFIG + "manda|tory: [security]\n", "Rules and topics that nothing hides"),
    "a word": (CONFIG + "profile: ped|antic\n", "many good manifests break"),
    "a rule": (CONFIG + "ignore: [moving-|tag]\n", "A Ray image has a tag that moves"),
    "a key of a rule": (RULE + "refused|_by: operator\n", "Who refuses such a manifest"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), HOVERS.values(), ids=HOVERS)
def test_what_is_explained(text: str, words: str, editor: Editor) -> None:
    assert words in editor.at("hover", "a.yaml", text)["contents"]["value"]


def test_an_association_serves_as_well_as_a_modeline(editor: Editor) -> None:
    schemas = {(SCHEMAS / "config.schema.json").as_uri(): [".raypolicy.yaml"]}
    SETTINGS["yaml"]["schemas"] = schemas
    try:
        editor.tell("workspace/didChangeConfiguration", {"settings": SETTINGS})
        assert [line for line, _ in editor.mistakes(".raypolicy.yaml", "a: 1\n")] == [1]
    finally:
        del SETTINGS["yaml"]["schemas"]
        editor.tell("workspace/didChangeConfiguration", {"settings": SETTINGS})


def test_the_command_line_judge_agrees_on_every_rule() -> None:
    rules = sorted((ROOT / "rules").rglob("*.yaml"))
    command = [*JUDGE, "--schemafile", SCHEMAS / "rule.schema.json", *rules]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


def test_the_command_line_judge_agrees_on_the_configuration_that_is_shown(tmp_path: Path) -> None:
    for number, text in enumerate(shown("README.md") + shown("docs/configuration.md")):
        file = tmp_path / f"{number}.yaml"
        file.write_text(text)
        command = [*JUDGE, "--schemafile", SCHEMAS / "config.schema.json", file]
        answer = subprocess.run(command, capture_output=True, text=True)
        assert answer.returncode == 0, (text, answer.stdout)
    command = [*JUDGE, "--schemafile", SCHEMAS / "config.schema.json", file]
    file.write_text("selct: [a]\n")
    assert subprocess.run(command, capture_output=True).returncode == 1


def shown(page: str) -> list[str]:
    """The configurations that a page shows: those that set a profile or say so."""
    text = (ROOT / page).read_text("utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    return [block for block in blocks if "profile:" in block or "# .raypolicy.yaml" in block]


def test_the_schemas_are_schemas() -> None:
    command = [*JUDGE, "--check-metaschema", *SCHEMAS.glob("*.json")]
    assert subprocess.run(command, capture_output=True).returncode == 0
