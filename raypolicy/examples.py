"""The examples in rule files, run as tests. Not here: pytest, which runs these among others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from raypolicy import audit
from raypolicy.bundle import Bundle, make_bundle
from raypolicy.catalogue import shipped
from raypolicy.config import Options
from raypolicy.errors import UsageError
from raypolicy.findings import Finding
from raypolicy.inputs.closure import closure_of, kustomization_in
from raypolicy.inputs.kustomization import RESOURCE
from raypolicy.inputs.overlays import Overlay
from raypolicy.inputs.trees import ROOT, in_memory
from raypolicy.model import Aim, Model
from raypolicy.releases import kuberay
from raypolicy.rule import Rule
from raypolicy.ruleset import RuleSet
from raypolicy.source import Edit, OverlappingEditsError, SourceFile, apply_edits
from raypolicy.suppress import Ledger

_FILE = re.compile(r"(?m)^# file: (\S+)$")
_TODAY = "2026-01-01"
_MARK = re.compile(r"#\s*<-[^\r\n]*")


class Failure(NamedTuple):
    """An example that does not hold: the rule, the line of its file, and what happened instead."""

    rule: str
    line: int
    message: str


def failures(plan: Mapping[str, Any]) -> Iterator[Failure]:
    """What does not hold in a prepared rule's examples; nothing if all is well."""
    sides = {side for example in plan["examples"] for side in ("pass", "fail") if side in example}
    for side in ("pass", "fail"):
        if side not in sides:
            yield Failure(plan["id"], 1, f"no {side}ing example; a rule shows both sides")
    fixed = any("fixed" in example for example in plan["examples"])
    if plan["fix"] and not fixed:
        yield Failure(plan["id"], 1, "the rule has a fix, but no example shows it (fixed:)")
    for example in plan["examples"]:
        for message in _example(plan, example):
            yield Failure(plan["id"], example["line"], message)


def _example(plan: Mapping[str, Any], example: Mapping[str, Any]) -> Iterator[str]:
    text = example.get("fail", example.get("pass", ""))
    source = SourceFile("example.yaml", text)
    try:
        aim = aim_of(example)
    except UsageError as error:
        yield str(error)
        return
    bundle = _bundle(source)
    found = sorted(_found(plan, bundle, text, example, aim), key=lambda finding: finding.order)
    lines = sorted({finding.span.first.line for finding in found})
    marked = sorted(
        number for number, line in enumerate(text.splitlines(), 1) if _MARK.search(line)
    )
    if "pass" in example:
        if found:
            where = example["line"] + lines[0]
            yield f"this should pass, but line {where} has a finding: {found[0].message}"
        for document in bundle.documents:
            if document.defect is not None:
                message, offset = document.defect
                where = example["line"] + document.span(offset, offset).first.line
                yield f"this should pass, but line {where} cannot be read: {message}"
        return
    if not marked:
        yield "fails, but no line ends in '# <-'"
    else:
        for line in sorted({*marked} - {*lines}):
            yield f"line {example['line'] + line} is marked, but has no finding"
        for line in sorted({*lines} - {*marked}):
            yield f"line {example['line'] + line} has a finding, but is not marked"
    if "fixed" in example:
        edits: list[Edit] = []
        for finding in found:
            if finding.fix is None:
                yield f"the finding at line {finding.span.first.line} has no fix"
            else:
                edits += finding.fix.edits
        try:
            after = apply_edits(source.text, dict.fromkeys(edits))
        except OverlappingEditsError:
            yield "its fixes stand in each other's way"
            return
        if _unmarked(after) != _unmarked(example["fixed"]):
            yield f"the fix makes\n{after}\nnot\n{example['fixed']}"


def _found(
    plan: Mapping[str, Any], bundle: Bundle, text: str, example: Mapping[str, Any], aim: Aim
) -> list[Finding]:
    if plan["given"][0][1][0] != "suppressions":
        return RuleSet([Rule(plan, {})]).run(Model(bundle, aim)).findings
    mandatory, require = (tuple(example.get(key, "").split()) for key in ("mandatory", "require"))
    return _judge(plan, bundle, text, aim, Options(mandatory=mandatory, require=require))


def run(plan: Mapping[str, Any], source: SourceFile, target: str | None) -> list[Finding]:
    """The findings of one prepared rule in one text, judged for a release of KubeRay."""
    model = Model(_bundle(source), Aim(kuberay(target), _TODAY))
    return RuleSet([Rule(plan, {})]).run(model).findings


def aim_of(example: Mapping[str, Any]) -> Aim:
    """What an example is judged for. Raises UsageError for an unknown release."""
    target, kubernetes = example.get("target"), example.get("kubernetes")
    gates = tuple(example.get("gates", "").split())
    options = Options(target_kuberay=target, target_kubernetes=kubernetes, feature_gates=gates)
    return audit.aim_of(options, _TODAY)


def _bundle(source: SourceFile) -> Bundle:
    """One text as a bundle; one of several files, each below a comment `# file: PATH`, as the
    kustomization that they are, which is known but not built.
    """
    return _tree(source.text) if _FILE.search(source.text) else make_bundle("", [source])


def _judge(
    plan: Mapping[str, Any], bundle: Bundle, text: str, aim: Aim, options: Options
) -> list[Finding]:
    """The findings of a rule about suppressions; the shipped rules of which the text has the name
    or the topic are run for it.
    """
    plans = shipped()
    topics = {each["id"]: each["topic"] for each in plans}
    rules = [Rule(each, {}) for each in plans if each["id"] in text or each["topic"] in text]
    found = RuleSet(rules).run(Model(bundle, aim)).findings
    ledger = Ledger(options, topics, frozenset(rule.info.id for rule in rules), _TODAY)
    ledger.divide(found, bundle, None, lambda finding: finding)
    return RuleSet([Rule(plan, {})]).run(Model(bundle, aim, ledger.judged())).findings


def _tree(text: str) -> Bundle:
    """A bundle of several files, each with the lines that it has in the text."""
    starts = [*_FILE.finditer(text)]
    ends = [*(match.start() for match in starts[1:]), len(text)]
    files = {
        match[1]: ("\n" * text.count("\n", 0, match.start()) + text[match.start() : end]).encode()
        for match, end in zip(starts, ends, strict=True)
    }
    tree = in_memory(files)
    folders = sorted({f"{ROOT}/{name}".rpartition("/")[0] for name in files})
    closures = [closure_of(each, tree) for each in folders if kustomization_in(each, tree)]
    bases = {base for closure in closures for base in closure.bases}
    top = next(closure for closure in closures if closure.folder not in bases)
    resources = [file for path, file in top.files.items() if path in top.used_as(RESOURCE)]
    return make_bundle("", resources)._replace(overlay=Overlay(top))


def _unmarked(text: str) -> list[str]:
    return [_MARK.sub("", line).rstrip() for line in text.rstrip().splitlines()]
