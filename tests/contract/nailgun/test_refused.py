"""What is refused before anything is touched: the master has seen no write."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.deployers import deployment
from ostf_dual.environment.definition import (
    Environment,
    FuelNetwork,
    FuelNetworks,
    Network,
    NetworkProvider,
    Storage,
    VCenter,
    VMware,
    VMwareGlance,
    VMwareZone,
    VolumeBackend,
)
from ostf_dual.errors import InputError
from tests.contract.nailgun import definitions
from tests.contract.nailgun.bench import Bench

Change = Callable[[Environment], Environment]


def with_roles(*roles: str) -> Change:
    more = definitions.node(5, "node-5", *roles)
    return lambda environment: replace(environment, nodes=(*environment.nodes, more))


def by_network(**known: Any) -> Change:
    return lambda environment: replace(environment, network=Network(**{"dvs": True, **known}))


def by_zone(**known: Any) -> Change:
    zone = replace(definitions.VMWARE.zones[0], **known)
    return lambda environment: replace(environment, vmware=VMware(zones=(zone,)))


def by_cluster(**known: Any) -> Change:
    return by_zone(clusters=(replace(definitions.ON_NODE, **known),))


def by_vcenter(**known: Any) -> Change:
    return by_zone(vcenter=replace(definitions.VCENTER, **known))


def twice(environment: Environment) -> Environment:
    zone = definitions.VMWARE.zones[0]
    other = replace(definitions.ON_NODE, service_name="vmcluster2", target="controllers")
    return replace(environment, vmware=VMware(zones=(replace(zone, clusters=(*zone.clusters, other)),)))


RULES: dict[str, tuple[Change, str]] = {
    "compute beside vcenter-compute": (with_roles("compute", "vcenter-compute"), "cannot share a node"),
    "mongo beside vcenter-compute": (with_roles("mongo", "vcenter-compute"), "cannot share a node"),
    "controller beside compute": (with_roles("controller", "compute"), "cannot share a node"),
    "controller beside a mapped role": (with_roles("controller", "vcenter-compute"), "cannot share a node"),
    "unknown role": (with_roles("vcenter-computer"), "there is no role"),
    "nova-network": (by_network(provider=NetworkProvider.NOVA_NETWORK), "network.provider"),
    "tunnels beside vCenter": (by_network(segmentation="vxlan"), "incompatible with tunnels"),
    "no distributed switch": (by_network(dvs=False), "distributed virtual switch"),
    "zone called nova": (by_zone(name="nova"), "cannot be called nova"),
    "zone with a dash": (by_zone(name="vcenter-1"), "refused by a Fuel master"),
    "host with a space": (by_vcenter(host="vc 1"), "wanted a host name or an address alone"),
    "IPv6 host": (by_vcenter(host="2001:db8::1"), "refused by a Fuel master"),
    "no user": (by_vcenter(user=" "), "host and user must not be empty"),
    "no password": (by_vcenter(password=None), "give env, file or command"),
    "no vSphere cluster": (by_cluster(cluster=""), "is empty"),
    "service name too short": (by_cluster(service_name="v"), "refused by a Fuel master"),
    "target is no node": (by_cluster(target="nobody"), "there is no node 'nobody'"),
    "target is a compute": (by_cluster(target="compute-1"), "has no role vcenter-compute"),
    "one vSphere cluster twice": (twice, "vSphere cluster Cluster1 stands at"),
}


@pytest.mark.parametrize("case", RULES)
def test_what_breaks_a_rule_never_reaches_the_master(bench: Bench, case: str) -> None:
    change, words = RULES[case]
    broken = change(bench.dual)

    for call in (deployment.plan, deployment.deploy):
        with pytest.raises(InputError, match="breaks rules") as caught:
            call(broken, bench.progress, bench.deployer)
        assert words in str(caught.value)

    assert bench.master.requests == []


def on_port(environment: Environment) -> Environment:
    return by_vcenter(port=8443)(environment)


def in_zone(environment: Environment) -> Environment:
    controller, first, *others = environment.nodes
    return replace(environment, nodes=(controller, replace(first, zone="west"), *others))


def by_fuel(**known: Any) -> Change:
    def change(environment: Environment) -> Environment:
        assert environment.fuel is not None
        return replace(environment, fuel=replace(environment.fuel, **known))

    return change


def with_networks(**known: Any) -> Change:
    return by_fuel(networks=FuelNetworks(**known))


def without_plugin(bench: Bench) -> None:
    bench.master.world.has_dvs = False


def offline(bench: Bench) -> None:
    bench.master.world.nodes[1]["online"] = False


def taken(bench: Bench) -> None:
    bench.master.world.nodes[2]["cluster"] = 7


def forbidding(bench: Bench) -> None:
    bench.master.world.roles["cinder"]["meta"]["conflicts"] = ["compute"]


def no_release(bench: Bench) -> None:
    bench.master.world.version = "6.1"


def as_it_is(_: Bench | Environment) -> None:
    """The fault is in the definition."""


MASTERS: dict[str, tuple[Change | None, Callable[[Bench], None], str]] = {
    "vCenter at another port": (on_port, as_it_is, "port 443 only; vc1.example.org has 8443"),
    "computes in a zone": (in_zone, as_it_is, "nodes.compute-1.zone"),
    "nfs": (
        lambda environment: replace(environment, storage=Storage(volumes=(VolumeBackend.NFS,))),
        as_it_is,
        "a Fuel master has no nfs",
    ),
    "flat networks": (by_network(segmentation="flat"), as_it_is, "no flat networks"),
    "no plugin for the switch": (None, without_plugin, "install fuel-plugin-vmware-dvs"),
    "node is offline": (None, offline, "is offline"),
    "node of another cluster": (None, taken, "belongs to another cluster (7)"),
    "role pair that the master forbids": (None, forbidding, "forbids role cinder beside compute"),
    "master of another release": (None, no_release, "is Fuel 6.1, not 9.2"),
    "networks that contradict themselves": (
        with_networks(
            by_name={"public": FuelNetwork(cidr="10.0.0.0/24", gateway="10.9.9.1")}, vlan_range=(9, 1)
        ),
        as_it_is,
        "its gateway 10.9.9.1 is not in 10.0.0.0/24\n  networks: vlan_range 9 to 1 ends before",
    ),
    "way to the role": (
        by_fuel(role="both"),
        as_it_is,
        "fuel.role: wanted install or map, not 'both'",
    ),
    "role that the master has not": (with_roles("virt2"), as_it_is, "role virt2: the master's release"),
}


@pytest.mark.parametrize("case", MASTERS)
def test_what_the_master_cannot_carry_is_refused_and_nothing_is_written(bench: Bench, case: str) -> None:
    change, prepare, words = MASTERS[case]
    environment = change(bench.dual) if change else bench.dual
    prepare(bench)

    with pytest.raises(InputError) as caught:
        bench.deploy(environment)

    assert words in str(caught.value)
    assert bench.master.writes == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (with_networks(by_name={"public": FuelNetwork(gateway="10.9.9.1")}), "gateway 10.9.9.1 is not in"),
        (
            with_networks(by_name={"public": FuelNetwork(ranges=(("172.16.0.9", "172.16.0.2"),))}),
            "ends before",
        ),
        (with_networks(by_name={"nobody": FuelNetwork(vlan=3)}), "no such network"),
    ],
)
def test_networks_that_the_master_would_take_and_fail_by_are_refused(
    bench: Bench, change: Change, words: str
) -> None:
    bench.deploy(bench.kvm)
    bench.writes()

    with pytest.raises(InputError) as caught:
        bench.deploy(change(bench.kvm))

    assert words in str(caught.value)
    assert bench.writes() == []


def test_all_reasons_are_told_at_once(bench: Bench) -> None:
    found = bench.plan(on_port(in_zone(bench.dual)))

    assert len(found.refusals) == 2
    assert bench.master.writes == []


def test_a_deployed_node_does_not_change_its_roles(bench: Bench) -> None:
    bench.deploy(bench.kvm)
    bench.writes()
    controller, first, second = bench.kvm.nodes

    with pytest.raises(InputError, match="compute-2: is deployed as compute, and a deployed node"):
        bench.deploy(
            replace(bench.kvm, nodes=(controller, first, replace(second, roles=("compute", "cinder"))))
        )

    assert bench.writes() == []


def test_poisoned_settings_are_recognised_before_anything_is_written(bench: Bench) -> None:
    bench.deploy(bench.dual)
    bench.writes()
    (cluster,) = bench.master.world.clusters.values()
    cluster.vmware["editable"]["value"] = None

    with pytest.raises(InputError, match="vmware_attributes hold null"):
        bench.deploy(bench.dual)

    assert bench.writes() == []


def test_a_secret_that_cannot_be_had_is_missed_before_anything_is_written(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VCENTER_PASSWORD")

    with pytest.raises(InputError, match="VCENTER_PASSWORD"):
        bench.deploy(bench.dual)

    assert bench.master.writes == []


def test_a_certificate_that_cannot_be_read_is_missed_before_anything_is_written(bench: Bench) -> None:
    glance = VMwareGlance(
        vcenter=VCenter(
            host="vc1.example.org",
            password=definitions.VCENTER.password,
            ca_file=Path("/nowhere.pem"),
        ),
        datacenter="Datacenter",
        datastore="nfs",
    )
    zone: VMwareZone = definitions.VMWARE.zones[0]

    with pytest.raises(InputError, match="ca_file cannot be read"):
        bench.deploy(replace(bench.dual, vmware=VMware(zones=(zone,), glance=glance)))

    assert bench.master.writes == []
