"""What a runtime environment fetches: code as archives, packages. Not here: its other fields.

Source: Ray `python/ray/_private/runtime_env/`, packaging.py (parse_uri) and validation.py; KubeRay
`controllers/ray/common/job.go`, BuildJobSubmitCommand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from raypolicy import rayoptions
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, PLACEHOLDER, Node
from raypolicy.values import Version, placeholder

_SCHEME: Final = r"([A-Za-z][A-Za-z0-9+.-]*):"
_BRANCHES: Final = frozenset("main master develop dev trunk HEAD".split())
_ENDING: Final = r"(?:\.zip|\.tar\.gz|\.tgz)\Z"
_BRANCH: Final = rf"/archive/(?:refs/heads/([^?#]+?)|([^/?#]+?)(?:/[^/?#]+?)?){_ENDING}"
_CODELOAD: Final = (
    r"//codeload\.github\.com/[^/]+/[^/]+/(?:zip|tar\.gz)/(?:refs/heads/)?([^/?#]+)\Z"
)
_NAME: Final = r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)"
_SIGNS: Final = r"`|\$(?=[(0-9$@*#?!])"


class Package(View):
    """Code that a runtime environment fetches; its node is the path or URI."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, ray: Node[Version]) -> None:
        super().__init__(node, owner)
        self._ray = ray

    @fact
    def field(self) -> Node[str]:  # type: ignore[override]
        """The field that asks for it: working_dir or py_modules."""
        inside = isinstance(self.node.key, int) and self.node.parent is not None
        return self.node.put(str(self.node.parent.key if inside else self.node.key))  # type: ignore[union-attr]

    @fact
    def uri(self) -> Node[str]:
        """The path or URI, as it is written."""
        return self.node.map(lambda text: text, "")

    @fact
    def ray_version(self) -> Node[Version]:
        """The Ray release that fetches it."""
        return self._ray

    @fact
    def is_path(self) -> Node[bool]:
        """Whether it is a path, of whatever machine it may be."""
        return self.uri.map(lambda text: _scheme(text) is None, "")

    @fact
    def unknown_scheme(self) -> Node[str]:
        """The scheme of the URI, if that Ray release does not know it; of an unknown release, if
        none does."""
        return self._judged(lambda text: self._strange(_scheme(text)))

    @fact
    def unfit_ending(self) -> Node[str]:
        """How the URI ends, if that Ray release takes no such archive."""
        return self._judged(self._unfit)

    @fact
    def branch(self) -> Node[str]:
        """The branch that the archive is of, if the URI is that of one."""
        return self._judged(_branch)

    def _judged(self, judge: Any) -> Node[str]:
        text = self.node.value
        if placeholder(text):
            return self.node.put(PLACEHOLDER)
        found = judge(text)
        return self.node.put(ABSENT if found is None else found)

    def _strange(self, scheme: str | None) -> str | None:
        known = scheme is None or rayoptions.takes("schemes", scheme, self._ray.known)
        return None if known else scheme

    def _unfit(self, text: str) -> str | None:
        scheme = _scheme(text)
        if scheme is None or not rayoptions.is_remote(scheme):
            return None
        path = re.split(r"[?#]", text)[0]
        ending = next((each for each in rayoptions.archives() if path.endswith(each)), None)
        code_only = ending == ".whl" and self.field.value == "working_dir"
        if ending and not code_only and rayoptions.takes("archives", ending, self._ray.known):
            return None
        last = path.rpartition("/")[2]
        return ending or (f".{last.rpartition('.')[2]}" if "." in last else last or path)


class Requirement(View):
    """A package that is installed; its node is the line that asks for it."""

    apart = True

    @fact
    def name(self) -> Node[str]:
        """Its name, in small letters with dashes."""
        found = _requirement(self.node.value)
        name = found and found[0].lower().replace("_", "-").replace(".", "-")
        return self.node.put(name or ABSENT)

    @fact
    def version(self) -> Node[str]:
        """The version or bounds that are asked for, as written; absent where none are."""
        found = _requirement(self.node.value)
        return self.node.put(found[1] if found and found[1] else ABSENT)

    @fact
    def exact(self) -> Node[Version]:
        """The one release that `==` asks for; absent where anything else is asked for."""
        version = self.version
        if version.known is None or not version.known.startswith("=="):
            return self.node.put(ABSENT)
        return self.node.put(Version.parse(version.known.strip("= ")) or ABSENT)


class ShellSign(View):
    """A sign that a shell acts on within double quotes; its node is the sign."""

    apart = True

    @fact
    def sign(self) -> Node[str]:
        """The sign itself."""
        return self.node


def requirements(env: Node[Any]) -> Iterator[Node[str]]:
    """The lines of pip, uv and conda; of files that they name nothing is known."""
    lists = [env.get("conda", "dependencies")] if type(env.get("conda").value) is dict else []
    for name in ("pip", "uv"):
        asked = env.get(name)
        lists.append(asked.get("packages") if type(asked.value) is dict else asked)
    for listed in lists:
        for item in listed.items():
            if type(item.value) is str:
                yield item
            elif type(item.value) is dict:  # of conda
                yield from (each for each in item.get("pip").items() if type(each.value) is str)


def shell_signs(text: Node[str]) -> Iterator[Node[str]]:
    """Back quotes, and dollar signs that begin no placeholder."""
    for match in re.compile(_SIGNS).finditer(text.value):
        yield text.part(match.start(), match.end())


def _scheme(text: str) -> str | None:
    match = re.match(_SCHEME, text)
    return match[1].lower() if match else None


def _branch(text: str) -> str | None:
    path = re.split(r"[?#]", text)[0]
    match = re.search(_BRANCH, path)
    if match is not None:
        return match[1] or (match[2] if match[2] in _BRANCHES else None)
    match = re.search(_CODELOAD, path)
    return match[1] if match and (match[1] in _BRANCHES or "/refs/heads/" in path) else None


def _requirement(line: str) -> tuple[str, str] | None:
    """Name and version of a line; None for options, URLs and templates."""
    match = re.fullmatch(_NAME, line.partition("#")[0].partition(";")[0].strip())
    if match is None or placeholder(line) or "://" in line or match[2][:1] not in ("", *"=<>!~"):
        return None
    return match[1], match[2].strip()
