"""How volumes lie in the containers of a pod. Not here: volumes that cannot be (`refused`).

Source: Ray `docker/base-deps/Dockerfile`, which puts Python and Ray under the home of the user ray;
KubeRay `controllers/ray/common/pod.go`, BuildPod, for the volume `ray-logs`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from raypolicy.effective import addedvolumes
from raypolicy.facts.view import Owner, View, fact, only_with
from raypolicy.images import RAY_NAMES, ImageRef
from raypolicy.tree import ABSENT, Node
from raypolicy.values import placeholder

if TYPE_CHECKING:
    from raypolicy.facts.claimmount import ClaimMount

_PYTHON: Final = "/home/ray/anaconda3"
_WITHIN: Final = (f"{_PYTHON}/bin", f"{_PYTHON}/lib")
_LOGS: Final = "/tmp/ray"
_ADDED_LOGS: Final = "ray-logs"
_EMPTY_AT_FIRST: Final = frozenset(
    ("configMap", "downwardAPI", "emptyDir", "ephemeral", "projected", "secret")
)
"""Sources of volumes that hold nothing of an image when a pod starts."""
_ROLES: Final = ("head", "worker", "submitter")


class HidingMount(View):
    """A mount over a directory of Ray's image in which Python and Ray are; its node is the path."""

    def __init__(self, path: Node[str], owner: Owner, source: Node[Any]) -> None:
        super().__init__(path, owner)
        self._source = source

    @fact
    def path(self) -> Node[str]:
        """Where the volume is mounted."""
        return self.node

    @fact
    def source(self) -> Node[str]:
        """What the volume is: emptyDir, persistentVolumeClaim …"""
        return self._source.at_key(str(self._source.key))

    @fact
    def starts_empty(self) -> Node[bool]:
        """Whether nothing of the image can be in it when the pod starts: no init container fills
        it, and it does not outlive pods as a claim does."""
        return self._source.at_key(self._source.key in _EMPTY_AT_FIRST)


class LogMount(View):
    """A mount of a sidecar at or below /tmp/ray, where Ray's logs are; its node is the path."""

    def __init__(self, mount: Node[Any], owner: Owner, sidecar: Node[Any], rays: Any) -> None:
        super().__init__(mount.get("mountPath"), owner)
        self._mount = mount
        self._sidecar = sidecar
        self._rays = rays

    @fact
    def path(self) -> Node[str]:
        """Where the sidecar mounts it."""
        return self.node

    @fact
    def container(self) -> Node[str]:
        """The name of the sidecar."""
        return self._sidecar.get("name")

    @fact
    def volume(self) -> Node[str]:
        """The volume that the sidecar mounts."""
        return self._mount.get("name")

    @fact
    def rays_volume(self) -> Node[str]:
        """The volume that the Ray container has there; `none` where it has none."""
        return self.node.put("none") if self._rays is None else self._rays

    @fact
    def shared(self) -> Node[bool]:
        """Whether both are the same volume."""
        return self.node.put(self._rays is not None and self._rays.value == self.volume.value)


class Storage(View):
    """The volumes of a pod of Ray's, as its containers see them; its node is the pod's spec."""

    def __init__(self, spec: Node[Any], owner: Owner, role: str, group: Node[Any] | None) -> None:
        super().__init__(spec, owner)
        self._role = role
        self._group = group

    @only_with("volumeMounts")
    @fact
    def hiding_mounts(self) -> tuple[HidingMount, ...]:
        """Mounts of the first container over its Python, where its image is one of Ray's; those of
        volumes that an init container mounts, too, are left out, for it may fill them."""
        container = self._first
        likely = self._role in _ROLES and any(_is_at_home(each) for each in _written(container))
        if not likely or not _has_rays_image(container):
            return ()
        listed = [*container.get("volumeMounts").items()]
        over = [mount for mount in listed if _hides(_path(mount))]
        if not over or any(_path(each).startswith(_PYTHON) and each not in over for each in listed):
            return ()
        filled = {name for each in self._init_containers for name in _volumes(each)}
        found = []
        for mount in over:
            name = mount.get("name").value
            source = None if type(name) is not str or name in filled else self._source(name)
            if source is not None and source.key != "image":
                found.append(HidingMount(mount.get("mountPath"), self.owner, source))
        return tuple(found)

    @only_with("volumeMounts")
    @fact
    def log_mounts(self) -> tuple[LogMount, ...]:
        """Mounts of sidecars where Ray writes its logs, unless Ray writes them elsewhere."""
        listed = self.node.get("containers").value
        alone = type(listed) is not list or len(listed) < 2
        if alone or self._role not in ("head", "worker") or self._group is None:
            return ()
        if not self._group.get("rayStartParams", "temp-dir").absent:
            return ()
        return tuple(self._log_mounts())

    @only_with("persistentVolumeClaim", "ephemeral")
    @fact
    def claim_mounts(self) -> tuple[ClaimMount, ...]:
        """Where the Ray container of a head or worker has volume claims."""
        from raypolicy.facts.claimmount import of_claims

        if self._role not in ("head", "worker"):
            return ()
        return tuple(of_claims(self.node, self._first, self.owner))

    @only_with("volumeMounts")
    @fact
    def rays_volume(self) -> Node[str]:
        """The name of the volume that the first container has at /tmp/ray; absent where it has
        none, and KubeRay mounts one of its own or none."""
        for mount in self._first.get("volumeMounts").items():
            if _path(mount) == _LOGS:
                return mount.get("name")
        return self._first.put(ABSENT)

    @only_with("volumeMounts")
    @fact
    def bounded_volume(self) -> Node[str]:
        """The same, where it cannot fill the disk of the node: no emptyDir without sizeLimit, and
        no directory of the node."""
        source = self._source(self.rays_volume.value)
        open_to_more = source is not None and (
            source.key == "hostPath"
            or (source.key == "emptyDir" and source.get("sizeLimit").absent)
        )
        return self.rays_volume.put(ABSENT) if open_to_more else self.rays_volume

    def _log_mounts(self) -> Iterator[LogMount]:
        first, *sidecars = [*self.node.get("containers").items()] or [self._first]
        rays = [each for each in first.get("volumeMounts").items() if _meets(_path(each), _LOGS)]
        for sidecar in sidecars:
            for mount in sidecar.get("volumeMounts").items():
                at, volume = _path(mount), mount.get("name").value
                if not f"{at}/".startswith(f"{_LOGS}/") or type(volume) is not str:
                    continue
                near = [each.get("name") for each in rays if _meets(_path(each), at)]
                same = next((each for each in near if each.value == volume), None)
                if any(type(e.value) is not str or placeholder(e.value) for e in near):
                    continue
                if not placeholder(volume) and not _has_rays_image(sidecar):
                    shown = same or next(iter(near), self._added)
                    yield LogMount(mount, self.owner, sidecar, shown)

    @property
    def _added(self) -> Node[str] | None:
        """The volume that KubeRay mounts there itself."""
        group = self._group
        names = () if group is None else addedvolumes.names(group, self._role, self.owner.release)
        return self._first.put(_ADDED_LOGS) if _ADDED_LOGS in names else None

    @property
    def _first(self) -> Node[Any]:
        return self.node.get("containers", 0)

    @property
    def _init_containers(self) -> Iterator[Node[Any]]:
        return self.node.get("initContainers").items()

    def _source(self, name: object) -> Node[Any] | None:
        """The source of a volume of the pod; None where it is not known."""
        for volume in self.node.get("volumes").items():
            if type(volume.value) is dict and volume.value.get("name") == name:
                sources = [each for key, each in volume.entries() if key != "name"]
                return sources[0] if len(sources) == 1 and not sources[0].absent else None
        return None


def _written(container: Node[Any]) -> list[Any]:
    """The mounts of a container as plain values, which are looked through at little cost."""
    mounts = container.value.get("volumeMounts") if type(container.value) is dict else None
    return mounts if type(mounts) is list else []


def _is_at_home(mount: Any) -> bool:
    path = mount.get("mountPath") if type(mount) is dict else None
    return type(path) is str and path.startswith("/home")


def _path(mount: Node[Any]) -> str:
    """Where something is mounted; empty where that is not known."""
    path = mount.get("mountPath").value
    known = type(path) is str and path.startswith("/") and not placeholder(path)
    return posixpath.normpath(path) if known else ""


def _hides(path: str) -> bool:
    return path in _WITHIN or (len(path) > 1 and f"{_PYTHON}/".startswith(f"{path}/"))


def _meets(one: str, other: str) -> bool:
    """Whether one of two directories lies in the other."""
    return bool(one and other) and (
        f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")
    )


def _volumes(container: Node[Any]) -> Iterator[Any]:
    for mount in container.get("volumeMounts").items():
        yield str(mount.get("name").value)


def _has_rays_image(container: Node[Any]) -> bool:
    text = container.get("image").value
    image = ImageRef.parse(text) if type(text) is str else None
    return image is not None and image.name in RAY_NAMES
