"""Runtime environments, wherever they are written: what they say. Not here: packages (`packaged`).

Source: Ray `python/ray/runtime_env/runtime_env.py`, RuntimeEnv; `python/ray/_private/runtime_env/`,
`validation.py` and `packaging.py`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from raypolicy.facts.rayoption import RUNTIME_ENV, RayOption, walk
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.inside import inside, no_mapping
from raypolicy.rayoptions import options
from raypolicy.tree import ABSENT, Node
from raypolicy.values import Version, placeholder

if TYPE_CHECKING:
    from raypolicy.facts.packaged import Package, Requirement, ShellSign

_INSTALLERS: Final = ("pip", "uv", "conda")
_ALONE: Final = ("image_uri", "container")
_UPLOADS: Final = {"K8sJobMode": True, "SidecarMode": True, "HTTPMode": False}
_MODE: Final = (("spec", "submissionMode"), ("spec", "jobTemplate", "submissionMode"))
_BESIDE: Final = frozenset({"config", "env_vars"})


class RuntimeEnv(View):
    """A runtime environment; its node is the mapping."""

    fields = frozenset(
        """conda config container excludes image_uri pip py_executable py_modules uv
        worker_process_setup_hook working_dir""".split()
    )
    apart = True
    only_in = frozenset({"runtimeEnvYAML", "serveConfigV2"})

    def __init__(
        self,
        node: Node[Any],
        owner: Owner,
        place: str,
        ray: Node[Version],
        text: Node[str] | None = None,
    ) -> None:
        super().__init__(node if text is None else inside(text).root, owner)
        self._place = place
        self._ray = ray
        self._text = text

    @fact
    def fault(self) -> Node[str]:
        """Why a text of its own is no mapping; absent where it is one, or says nothing."""
        return self.node.put(ABSENT) if self._text is None else no_mapping(self._text)

    @fact
    def of(self) -> Node[str]:
        """What it is the environment of: job, application or deployment."""
        return self.node.put(self._place)

    @fact
    def uploaded(self) -> Node[bool]:
        """Whether a program uploads what is local to it: the pod that submits a RayJob does, Serve
        and the operator itself don't."""
        mode = self.owner.resource.node.get(*_MODE[self.owner.resource.kind == "RayCronJob"])
        if self._place != "job":
            return self.node.put(False)
        if mode.absent:
            return mode.put(True)
        return mode.map(_UPLOADS.get, "submitted otherwise")

    @fact
    def ray_version(self) -> Node[Version]:
        """The Ray release that reads it: in the image, else rayVersion."""
        return self._ray

    @fact
    def packages(self) -> tuple[Package, ...]:
        """Where its code comes from: working_dir, and each of py_modules."""
        from raypolicy.facts.packaged import Package

        env = self.node if type(self.node.value) is dict else self.node.put(ABSENT)
        found = [env.get("working_dir"), *env.get("py_modules").items()]
        return tuple(
            Package(node, self.owner, self._ray)
            for node in found
            if type(node.value) is str and node.value
        )

    @fact
    def requirements(self) -> tuple[Requirement, ...]:
        """The packages that pip, uv or conda install."""
        from raypolicy.facts.packaged import Requirement, requirements

        env = self.node if type(self.node.value) is dict else self.node.put(ABSENT)
        return tuple(Requirement(node, self.owner) for node in requirements(env))

    @fact
    def shell_signs(self) -> tuple[ShellSign, ...]:
        """What the shell of the submitter would change in a text of its own, on the way to Ray."""
        from raypolicy.facts.packaged import ShellSign, shell_signs

        text = self._text
        if text is None or type(text.value) is not str:
            return ()
        return tuple(ShellSign(node, self.owner) for node in shell_signs(text))

    @fact
    def env_vars(self) -> tuple[EnvVar, ...]:
        """The environment variables that it sets."""
        entries = self.node.get("env_vars").entries()
        return tuple(EnvVar(node, self.owner) for _, node in entries if not node.absent)

    @fact
    def unknown_keys(self) -> tuple[RayOption, ...]:
        """Its keys that no release of Ray has."""
        return tuple(each for each in self._keys if each.option is None)

    @fact
    def keys(self) -> tuple[RayOption, ...]:
        """Its keys that some release of Ray has."""
        return tuple(each for each in self._keys if each.option is not None)

    @fact
    def second_installer(self) -> Node[str]:
        """The second of pip, uv and conda that its Ray has, where more than one is written."""
        found = self._written(self._installers)
        return found[1].at_key(str(found[1].key)) if len(found) > 1 else self.node.put(ABSENT)

    @fact
    def first_installer(self) -> Node[str]:
        """The first of pip, uv and conda."""
        found = self._written(self._installers)
        return found[0].at_key(str(found[0].key)) if found else self.node.put(ABSENT)

    @fact
    def image(self) -> Node[str]:
        """`image_uri` or `container`, where it asks for an image of its own."""
        found = self._written(_ALONE)
        return found[0].at_key(str(found[0].key)) if found else self.node.put(ABSENT)

    @fact
    def beside_image(self) -> Node[str]:
        """The first key that Ray does not take beside that one."""
        image = self.image.known
        if image is not None and type(self.node.value) is dict:
            for key, node in self.node.entries():
                if key != image and key not in _BESIDE and not (node.absent or placeholder(key)):
                    return node.at_key(key)
        return self.node.put(ABSENT)

    @property
    def _installers(self) -> tuple[str, ...]:
        ray, known = self._ray.known, options(RUNTIME_ENV)
        return tuple(
            name for name in _INSTALLERS if ray is None or (known[name].since or ray) <= ray
        )

    @cached_property
    def _keys(self) -> tuple[RayOption, ...]:
        return tuple(
            RayOption(node, self.owner, level, option, self._ray)
            for node, level, option in walk(self.node, RUNTIME_ENV, self._ray)
        )

    def _written(self, names: tuple[str, ...]) -> list[Node[Any]]:
        nodes = (self.node.get(name) for name in names) if type(self.node.value) is dict else ()
        found = [node for node in nodes if node.value not in (ABSENT, "", [], {})]
        return sorted(found, key=lambda node: node.key_span.start)


class EnvVar(View):
    """An environment variable of a runtime environment; its node is the value."""

    apart = True

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self.node.at_key(str(self.node.key))

    @written
    def value(self) -> Node[Any]:
        """Its value, as it is written."""
        return self.node

    @fact
    def is_text(self) -> Node[bool]:
        """Whether the value is a text, as it must be."""
        value = self.node.value
        if isinstance(value, str) and placeholder(value):
            return self.node.map(lambda text: text == "", "")
        return self.node.put(isinstance(value, str))

    @fact
    def quoted(self) -> Node[str]:
        """The value as a text, where it is a number or a boolean."""
        value = self.node.value
        if isinstance(value, bool):
            return self.node.put(str(value).lower())
        return self.node.put(str(value) if isinstance(value, int) else ABSENT)
