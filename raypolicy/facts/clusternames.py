"""What a cluster is called, and what is made of its name. Not here: the cluster (`cluster`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raypolicy.effective import names
from raypolicy.facts.naming import DerivedName
from raypolicy.facts.view import View, fact, only_with
from raypolicy.tree import Node

if TYPE_CHECKING:  # few clusters have labels for schedulers
    from raypolicy.facts.batch import Batch


class NamedCluster(View):
    """A cluster under its name, or that of the resource that makes it."""

    @fact
    def kind(self) -> Node[str]:
        """The kind of the resource it is written in: RayCluster, RayJob, RayService, RayCronJob."""
        return self.owner.resource.node.get("kind")

    @fact
    def name(self) -> Node[str]:
        """Its name; unknown where the operator adds random letters to it."""
        return names.cluster(self.owner.resource.kind, self.owner_name)

    @fact
    def owner_name(self) -> Node[str]:
        """Name of the resource it is written in."""
        return self.owner.resource.node.get("metadata", "name")

    @fact
    def namespace(self) -> Node[str]:
        """The namespace, where one is written."""
        return self.owner.resource.node.get("metadata", "namespace")

    @fact
    def serve_service(self) -> Node[str]:
        """Name of the Service for Serve, where there will be one."""
        resource = self.owner.resource
        return names.serve_service(
            resource.kind, self.owner_name, resource.node, self.owner.release
        )

    @fact
    def wants_serve_service(self) -> Node[bool]:
        """Whether the operator makes a Service for Serve of it: of a RayService, or where an
        annotation of a RayCluster or RayJob asks for one."""
        name = self.serve_service
        return name.put(not name.absent)

    @only_with("serveService", otherwise=False)
    @fact
    def has_headless_serve_service(self) -> Node[bool]:
        """Whether a RayService describes a Service for Serve without an address of its own, which
        needs no ports."""
        address = self.owner.resource.node.get("spec", "serveService", "spec", "clusterIP")
        return address.put(address.value == "None")

    @fact
    def derived_names(self) -> tuple[DerivedName, ...]:
        """The names of what the operator makes, as far as they can be told before."""
        from raypolicy.effective import derived

        resource = self.owner.resource
        found = derived.made(
            resource.kind, self.owner_name, resource.node, self.node, self.owner.release
        )
        return tuple(DerivedName(each, self.owner) for each in found if not each.name.absent)

    @fact
    def cut_names(self) -> tuple[DerivedName, ...]:
        """The first of them that loses its front, because it is too long or begins with a figure;
        none where the operator refuses the resource's own name."""
        if not names.may_cut(self.owner_name.value):
            return ()
        cut = tuple(each for each in self.derived_names if each.is_cut)[:1]
        resource = self.owner.resource
        metadata = resource.node.get("metadata")
        refused = cut and names.refused(resource.kind, metadata, self.owner.release)
        return () if refused else cut

    @only_with("headService", "serveService")
    @fact
    def unfit_names(self) -> tuple[DerivedName, ...]:
        """Those of them that are written by hand and that no Service can have."""
        return tuple(each for each in self.derived_names if not each.fault.absent)

    @fact
    def batch(self) -> Batch:
        """What the labels of the resource say to Kueue and to batch schedulers."""
        from raypolicy.facts.batch import Batch

        return Batch(self.owner.resource.node.get("metadata"), self.owner)
