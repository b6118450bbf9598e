"""Definitions that no cloud may have."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from ostf_dual.environment.definition import DeployerName, Environment, Network, NetworkProvider, VMware
from ostf_dual.environment.variants import with_clusters, with_roles, with_vcenters
from ostf_dual.errors import InputError

if TYPE_CHECKING:
    from ostf_dual.plugin.stage import Stage
    from ostf_dual.plugin.typing import Evidence, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What an operator may ask for and must not get.

    Attributes:
        words: Part of the refusal: the cause, and where in the definition it stands.
    """

    name: str
    definition: Environment
    words: tuple[str, ...]


@pytest.mark.check("SYS-06", profile="system", layer="system")
def test_refusals(stage: "Stage", step: "Step", evidence: "Evidence") -> None:
    """Forbidden roles, network providers and VMware settings are refused, before anything is touched.

    Why: What is found half-way through a deployment costs an hour, and leaves half a cloud.
    Witnesses: The refusal's own words; what is remembered of the cloud, and what the deployer would do for the
        right definition: both as before.
    On failure: The step names the mistake that was let through, or whose refusal does not say the cause.
    Source: The dual-hypervisor spec: vcenter-compute conflicts with compute, mongo and zabbix-server; Nailgun's
        rules on vmware_attributes and components.
    """
    definition = stage.dual
    with step("ask what would be done for the right definition"):
        before = stage.plan(definition)

    for mistake in mistakes(definition):
        with step(f"refused: {mistake.name}"):
            for ask in (stage.plan, stage.deploy):
                told = refusal_of(ask, mistake.definition)
                evidence(f"{mistake.name}, asked to {ask.__name__}", told)
                unsaid = [each for each in mistake.words if each not in told]
                assert not unsaid, f"it does not say {unsaid}: {told}"

    with step("nothing was touched: nothing is remembered, and the same would be done as before"):
        assert stage.memory.state is None, f"something was begun: {stage.memory.state}"
        differs = set(before.changes) ^ set(stage.plan(definition).changes)
        assert not differs, f"something is otherwise than before: {', '.join(each.what for each in differs)}"


def refusal_of(ask: Callable[[Environment], object], definition: Environment) -> str:
    """What is said against a definition."""
    try:
        ask(definition)
    except InputError as refusal:
        return str(refusal)
    raise AssertionError("it was let through")


def mistakes(definition: Environment) -> Iterator[Mistake]:
    """What is wrong in every rule book, made of a definition that is right."""
    vmware = definition.vmware
    assert vmware is not None
    node = next(each.name for each in definition.nodes if "vcenter-compute" in each.roles)
    for role in ("compute", "mongo", "zabbix-server"):
        yield Mistake(
            name=f"vcenter-compute shares a node with {role}",
            definition=with_roles(definition, node, role),
            words=("role", "vcenter-compute cannot share a node with", role, f"node {node}"),
        )
    yield from _networks(definition)
    yield from _settings(definition, vmware)


def _networks(definition: Environment) -> Iterator[Mistake]:
    nova_network = Network(provider=NetworkProvider.NOVA_NETWORK, segmentation="flat-dhcp")
    yield Mistake(
        name="nova-network where it is gone",
        definition=replace(definition, network=nova_network),
        words=("network.provider", "nova-network"),
    )
    yield Mistake(
        name="a segmentation that Neutron does not have",
        definition=replace(definition, network=replace(definition.network, segmentation="token-ring")),
        words=("network.segmentation", "'token-ring'"),
    )


def _settings(definition: Environment, vmware: VMware) -> Iterator[Mistake]:
    first, zone = vmware.zones[0].clusters[0], vmware.zones[0]

    def with_zone(**changes: object) -> Environment:
        zones = (replace(zone, **changes), *vmware.zones[1:])  # type: ignore[arg-type]
        return replace(definition, vmware=replace(vmware, zones=zones))

    yield Mistake(
        name="a vCenter zone called nova",
        definition=with_zone(name="nova"),
        words=("vmware.zones.0.name", "nova"),
    )
    yield Mistake(
        name="a zone without cluster",
        definition=with_zone(clusters=()),
        words=("vmware.zones.0.clusters", zone.name),
    )
    yield Mistake(
        name="an empty cluster name",
        definition=with_clusters(definition, cluster=" "),
        words=("vmware.zones.0.clusters.0.cluster",),
    )
    if definition.deployer is not DeployerName.EXISTING:  # whose nodes may be left out
        yield Mistake(
            name="a cluster whose nova-compute has no node",
            definition=with_clusters(definition, target="nowhere"),
            words=("vmware.zones.0.clusters.0.target", "nowhere"),
        )
    yield Mistake(
        name="two nova-computes of one name",
        definition=with_zone(clusters=(first, replace(first, cluster="Other"))),
        words=("vmware.zones.0.clusters.1.service_name", first.service_name),
    )
    yield Mistake(
        name="a vCenter without host",
        definition=with_vcenters(definition, host=""),
        words=("vmware.zones.0.vcenter",),
    )
    yield Mistake(
        name="a datastore regex that is none",
        definition=with_clusters(definition, datastore_regex="ds["),
        words=("vmware.zones.0.clusters.0.datastore_regex",),
    )
    yield Mistake(
        name="roles for vCenter without vCenter",
        definition=replace(definition, vmware=None),
        words=("vcenter-compute", "no section vmware"),
    )
