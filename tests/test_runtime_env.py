"""Runtime environments as facts, in a runtimeEnvYAML and in a serveConfigV2.

Values, fields beside an image and installers were judged by Ray 2.38 and 2.60 themselves.
Not here: what is a finding (the examples of the rules).
"""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from raypolicy.bundle import make_bundle
from raypolicy.facts.runtimeenv import RuntimeEnv
from raypolicy.model import Aim, Model
from raypolicy.releases import kuberay
from raypolicy.source import SourceFile
from raypolicy.tree import ABSENT, Node, Unknown


def model(text: str) -> Model:
    bundle = make_bundle("", [SourceFile("a.yaml", text)])
    return Model(bundle, Aim(kuberay(None), "2026-01-01"))


def env(text: str, ray: str = "2.60.0", mode: str = "K8sJobMode") -> RuntimeEnv:
    """The environment of a RayJob."""
    manifest = (
        "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: a}\nspec:\n"
        f"  submissionMode: {mode}\n  runtimeEnvYAML: |\n{textwrap.indent(text, '    ')}\n"
        "  rayClusterSpec: {headGroupSpec: {template: {spec: {containers: "
        f"[{{image: 'rayproject/ray:{ray}'}}]}}}}}}}}\n"
    )
    return model(manifest).jobs[0].runtime_env


def told(node: Node[Any]) -> Any:
    if node.value is ABSENT:
        return "absent"
    return "unknown" if isinstance(node.value, Unknown) else node.value


SERVICE = """
apiVersion: ray.io/v1
kind: RayService
metadata: {name: a}
spec:
  serveConfigV2: |
    applications:
    - import_path: a:b
      runtime_env: {env_vars: {A: "1"}}
      deployments:
      - name: one
        ray_actor_options: {runtime_env: {env_vars: {B: "2"}}}
      - name: two
---
apiVersion: ray.io/v1
kind: RayJob
metadata: {name: a}
spec: {runtimeEnvYAML: '{env_vars: {C: "3"}}'}
---
apiVersion: ray.io/v1
kind: RayCronJob
metadata: {name: a}
spec: {jobTemplate: {submissionMode: HTTPMode, runtimeEnvYAML: '{env_vars: {D: "4"}}'}}
---
apiVersion: ray.io/v1
kind: RayJob
metadata: {name: b}
spec: {entrypoint: python a.py}
"""


def test_they_are_found_wherever_they_are() -> None:
    found = [
        (told(each.of), told(each.uploaded), told(variable.name), told(variable.value))
        for each in model(SERVICE).root("runtime_envs")
        for variable in each.env_vars
    ]
    assert found == [
        ("job", True, "C", "3"),
        ("job", False, "D", "4"),
        ("application", False, "A", "1"),
        ("deployment", False, "B", "2"),
    ]


@pytest.mark.parametrize(
    ("mode", "uploaded"),
    [
        ("K8sJobMode", True),
        ("SidecarMode", True),
        ("HTTPMode", False),
        ("InteractiveMode", "unknown"),  # a person submits it
        ("${MODE}", "unknown"),
    ],
)
def test_who_uploads_what_is_local(mode: str, uploaded: object) -> None:
    assert told(env("pip: []", mode=mode).uploaded) == uploaded


@pytest.mark.parametrize(
    ("text", "ray", "first", "second"),
    [
        ("pip: [a]", "2.60.0", "pip", "absent"),
        ("conda: a\npip: [a]", "2.60.0", "conda", "pip"),
        ("uv: [a]\npip: [a]", "2.60.0", "uv", "pip"),
        ("uv: [a]\npip: [a]", "2.38.0", "pip", "absent"),  # it ignores uv
        ("uv: [a]\npip: [a]", "latest", "uv", "pip"),
        ("conda: a\npip: []", "2.60.0", "conda", "absent"),
    ],
)
def test_installers(text: str, ray: str, first: str, second: str) -> None:
    seen = env(text, ray)
    assert (told(seen.first_installer), told(seen.second_installer)) == (first, second)


@pytest.mark.parametrize(
    ("text", "image", "beside"),
    [
        ("image_uri: a", "image_uri", "absent"),
        ("image_uri: a\nenv_vars: {A: a}\nconfig: {}", "image_uri", "absent"),
        ("image_uri: a\nworking_dir: https://a/b.zip", "image_uri", "working_dir"),
        ("pip: [a]\ncontainer: {image: a}", "container", "pip"),
        ("pip: [a]", "absent", "absent"),
        ("image_uri: a\n${KEY}: b", "image_uri", "absent"),
    ],
)
def test_what_stands_beside_an_image(text: str, image: str, beside: str) -> None:
    seen = env(text)
    assert (told(seen.image), told(seen.beside_image)) == (image, beside)


@pytest.mark.parametrize(
    ("value", "is_text", "quoted"),
    [
        ("a", True, "absent"),
        ("'1'", True, "absent"),
        ("1", False, "1"),
        ("true", False, "true"),
        ("1.5", False, "absent"),  # 1.50 would be 1.5
        ("[1]", False, "absent"),
        ("'${X}'", "unknown", "absent"),
    ],
)
def test_a_variable(value: str, is_text: object, quoted: str) -> None:
    (variable,) = env(f"env_vars: {{A: {value}, B: null}}").env_vars
    assert (told(variable.is_text), told(variable.quoted)) == (is_text, quoted)


@pytest.mark.parametrize(
    ("uri", "ray", "path", "scheme", "ending", "branch"),
    [
        # path or not; a scheme, an ending that this Ray does not take; a branch
        ("https://a.b/c.zip", "2.9.0", False, "absent", "absent", "absent"),
        ("https://a.b/c.zip?v=1", "2.9.0", False, "absent", "absent", "absent"),
        ("https://a.b/c.tar.gz", "2.55.0", False, "absent", ".tar.gz", "absent"),
        ("https://a.b/c.tar.gz", "2.56.0", False, "absent", "absent", "absent"),
        ("https://a.b/c.tar.gz", "latest", False, "absent", "absent", "absent"),
        ("https://a.b/c.tar.bz2", "latest", False, "absent", ".bz2", "absent"),
        ("https://a.b/c.whl", "2.60.0", False, "absent", ".whl", "absent"),
        ("https://github.com/a/b", "2.60.0", False, "absent", "b", "absent"),
        ("s3://bucket/c.zip", "2.9.0", False, "absent", "absent", "absent"),
        ("http://a.b/c.zip", "2.55.0", False, "http", "absent", "absent"),
        ("http://a.b/c.zip", "2.56.0", False, "absent", "absent", "absent"),
        ("http://a.b/c.zip", "latest", False, "absent", "absent", "absent"),
        ("git+https://a.b/c.git", "latest", False, "git+https", "absent", "absent"),
        ("local:///home/ray/app", "2.60.0", False, "absent", "absent", "absent"),
        ("local:///home/ray/app", "2.59.0", False, "local", "absent", "absent"),
        ("gcs://_ray_pkg_1", "2.60.0", False, "absent", "absent", "absent"),
        ("./src", "2.60.0", True, "absent", "absent", "absent"),
        ("/home/ray", "2.60.0", True, "absent", "absent", "absent"),
        ("git@github.com:a/b.git", "2.60.0", True, "absent", "absent", "absent"),
        ("${CODE}", "2.60.0", "unknown", "unknown", "unknown", "unknown"),
        ("https://github.com/a/b/archive/${REF}.zip", "2.60.0",
         "unknown", "unknown", "unknown", "unknown"),
        ("https://github.com/a/b/archive/main.zip", "2.60.0", False, "absent", "absent", "main"),
        ("https://github.com/a/b/archive/refs/heads/x/y.zip", "2.60.0",
         False, "absent", "absent", "x/y"),
        ("https://github.com/a/b/archive/refs/tags/main.zip", "2.60.0",
         False, "absent", "absent", "absent"),
        ("https://github.com/a/b/archive/v1.2.zip", "2.60.0", False, "absent", "absent", "absent"),
        (f"https://github.com/a/b/archive/{'a1' * 20}.zip", "2.60.0",
         False, "absent", "absent", "absent"),
        ("https://gitlab.com/a/b/-/archive/master/b-master.zip", "2.60.0",
         False, "absent", "absent", "master"),
    ],
)  # fmt: skip
def test_where_code_comes_from(
    uri: str, ray: str, path: object, scheme: str, ending: str, branch: str
) -> None:
    (package,) = env(f"working_dir: {uri}", ray).packages
    found = (package.is_path, package.unknown_scheme, package.unfit_ending, package.branch)
    assert tuple(map(told, found)) == (path, scheme, ending, branch)


def test_modules_may_be_wheels() -> None:
    wheel, archive = env("py_modules: [https://a.b/c.whl, https://a.b/c.rar]").packages
    assert (told(wheel.field), told(wheel.unfit_ending)) == ("py_modules", "absent")
    assert (told(archive.field), told(archive.unfit_ending)) == ("py_modules", ".rar")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pip: [a, B_c==1.2, 'd[x]>=1']",
         [("a", "absent", "absent"), ("b-c", "==1.2", "1.2"), ("d", ">=1", "absent")]),
        ("pip: {packages: [a==1.0.0], pip_check: false}", [("a", "==1.0.0", "1.0.0")]),
        ("uv: [a]", [("a", "absent", "absent")]),
        ("conda: {dependencies: [python=3.11, pip, {pip: [a==1.0]}]}",
         [("python", "=3.11", "absent"), ("pip", "absent", "absent"), ("a", "==1.0", "1.0")]),
        ("pip: ['a ; python_version < \"3\"', 'a  # why']", [("a", "absent", "absent")] * 2),
        ("pip: ['-r x.txt', 'a @ https://b.c/d.whl', './a', '${P}']",
         [("absent", "absent", "absent")] * 4),
        ("pip: requirements.txt", []),
        ("conda: environment", []),
    ],
)  # fmt: skip
def test_packages_that_are_installed(text: str, found: list[Any]) -> None:
    seen = [
        (told(each.name), told(each.version), str(told(each.exact)))
        for each in env(text).requirements
    ]
    assert seen == found


@pytest.mark.parametrize(
    ("value", "signs"),
    [
        ("plain", []),
        ("a`date`", ["`", "`"]),
        ("$(date)", ["$"]),
        ("pa$$word", ["$"]),
        ("$1", ["$"]),
        ("5 $", []),
        ("a$-b", []),
        ("$NAME ${NAME}", []),  # who knows whether a template or the shell fills it in
    ],
)
def test_what_a_shell_acts_on(value: str, signs: list[str]) -> None:
    found = env(f"env_vars: {{A: '{value}'}}").shell_signs
    assert [told(each.sign) for each in found] == signs
