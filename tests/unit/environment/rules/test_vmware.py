from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.environment.definition import Environment, Node, VMware, VMwareGlance, VSphereCluster

Definition = Callable[..., Environment]
Told = Callable[[Environment], list[str]]


def vmware_of(environment: Environment) -> VMware:
    assert environment.vmware is not None
    return environment.vmware


def changed(environment: Environment, *, zone: dict[str, Any] | None = None, vcenter: dict[str, Any] | None = None,
            cluster: dict[str, Any] | None = None) -> Environment:  # fmt: skip
    """The definition with another first zone."""
    vmware = vmware_of(environment)
    first = vmware.zones[0]
    first = replace(first, vcenter=replace(first.vcenter, **(vcenter or {})),
                    clusters=(replace(first.clusters[0], **(cluster or {})), *first.clusters[1:]))  # fmt: skip
    return replace(
        environment, vmware=replace(vmware, zones=(replace(first, **(zone or {})), *vmware.zones[1:]))
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"zone": {"name": "nova"}}, "vmware.zones.0.name: a vCenter zone cannot be called nova"),
        ({"zone": {"name": "esx-a"}}, "vmware.zones.0.name: 'esx-a' is refused by a Fuel master"),
        ({"zone": {"name": " "}}, "vmware.zones.0.name: is empty"),
        ({"zone": {"name": "zürich"}}, "vmware.zones.0.name: 'zürich' is refused by a Fuel master"),
        ({"zone": {"clusters": ()}}, "vmware.zones.0.clusters: zone vcenter has no vSphere cluster"),
        ({"vcenter": {"host": "2001:db8::1"}}, "vmware.zones.0.vcenter.host: '2001:db8::1' is refused"),
        ({"vcenter": {"host": "https://vc1/sdk"}}, "vmware.zones.0.vcenter.host: wanted a host name or an address"),
        ({"vcenter": {"host": ""}}, "vmware.zones.0.vcenter: host and user must not be empty"),
        ({"vcenter": {"password": None}}, "vmware.zones.0.vcenter.password: is missing"),
        ({"vcenter": {"insecure": True}}, "either verified against ca_file or not at all"),
        ({"cluster": {"cluster": ""}}, "vmware.zones.0.clusters.0.cluster: is empty"),
        ({"cluster": {"service_name": "a"}}, "two at least"),
        ({"cluster": {"service_name": "größe"}}, "clusters.0.service_name: 'größe' is refused"),
        ({"cluster": {"service_name": "a b"}}, "clusters.0.service_name: 'a b' is refused"),
        ({"cluster": {"datastore_regex": "("}}, "clusters.0.datastore_regex: '(' is no regular expression"),
        ({"cluster": {"target": "nobody"}}, "clusters.0.target: there is no node 'nobody'"),
        ({"cluster": {"target": "compute-1"}}, "node compute-1 has no role vcenter-compute"),
        ({"cluster": {"target": "controllers"}}, "no vSphere cluster names it as its target"),
    ],
)  # fmt: skip
def test_a_setting_that_a_fuel_master_would_refuse_late_is_refused_first(
    definition: Definition, told: Told, change: dict[str, Any], words: str
) -> None:
    assert any(words in line for line in told(changed(definition("kvm-and-vcenter"), **change)))


@pytest.mark.parametrize(
    ("release", "service", "refused"),
    [("6.1", "vm-cluster", True), ("8.0", "vm-cluster", False), ("7.0", "a", False)],
)
def test_service_names_are_held_to_the_release(
    definition: Definition, told: Told, release: str, service: str, *, refused: bool
) -> None:
    environment = changed(definition("kvm-and-vcenter", release=release), cluster={"service_name": service})

    assert any("service_name" in line for line in told(environment)) is refused


def test_today_a_zone_may_have_a_dash_and_a_service_one_letter(definition: Definition, told: Told) -> None:
    environment = changed(
        definition("qemu-and-vcenter"), zone={"name": "esx-a"}, cluster={"service_name": "a"}
    )

    assert told(environment) == []


def test_duplicates_are_found_over_all_zones_not_in_the_first_alone(
    definition: Definition, told: Told
) -> None:
    environment = definition("two-vcenter-zones")
    zones = vmware_of(environment).zones
    same = VSphereCluster(cluster="Cluster1", service_name="a1", target="compute-a1")
    second = replace(zones[1], name="esx-a", vcenter=zones[0].vcenter, clusters=(same,))
    twice = replace(environment, vmware=VMware(zones=(zones[0], second)))

    paths = [line.partition(":")[0] for line in told(twice)]

    assert {f"vmware.zones.1.clusters.0.{key}" for key in ("cluster", "service_name", "target")} <= set(paths)
    assert "vmware.zones.1.name" in paths


def test_two_vcenters_may_have_a_cluster_of_one_name(definition: Definition, told: Told) -> None:
    assert told(definition("two-vcenter-zones")) == []


def test_controllers_may_be_the_target_of_several_clusters(definition: Definition, told: Told) -> None:
    environment = definition("fuel-6.1-nova-network")
    zone = vmware_of(environment).zones[0]
    more = VSphereCluster(cluster="Cluster2", service_name="two", target="controllers")

    assert (
        told(replace(environment, vmware=VMware(zones=(replace(zone, clusters=(*zone.clusters, more)),))))
        == []
    )


def test_fuel_6_1_has_no_node_for_vcenter(definition: Definition, told: Told) -> None:
    early = definition("fuel-6.1-nova-network")
    node = Node(name="vc-1", roles=("vcenter-compute",), mac="52:54:00:00:00:99")
    on_node = changed(replace(early, nodes=(*early.nodes, node)), cluster={"target": "vc-1"})

    where = "Fuel 6.1 runs every nova-compute for vCenter on the controllers"
    assert told(on_node) == [
        f"vmware.zones.0.clusters.0.target: {where}: wanted controllers, not vc-1",
        f"nodes.5.roles: {where}: node vc-1 cannot have role vcenter-compute",
    ]
    assert told(early) == []


def test_verification_is_asked_for_only_where_a_release_can(definition: Definition, told: Told) -> None:
    early = changed(definition("kvm-and-vcenter", release="9.0"), vcenter={"ca_file": Path("ca.pem")})

    assert any("Fuel 9.0 verifies no vCenter's certificate" in line for line in told(early))
    assert told(definition("kvm-and-vcenter", release="9.1")) == []


def test_where_images_lie_on_vcenter_is_said(definition: Definition, told: Told) -> None:
    environment = definition("fuel-9-dvs")
    vmware = vmware_of(environment)
    assert vmware.glance is not None
    glance = replace(vmware.glance, datacenter="", datastore=" ")

    assert told(replace(environment, vmware=replace(vmware, glance=glance))) == [
        "vmware.glance.datacenter: is empty",
        "vmware.glance.datastore: is empty",
    ]


def test_roles_for_vcenter_want_the_section(definition: Definition, told: Told) -> None:
    lines = told(definition("qemu-and-vcenter", vmware=None))

    assert [line for line in lines if "there is no section vmware" in line] != []


def test_the_section_wants_zones_and_its_references_are_followed(definition: Definition, told: Told) -> None:
    environment = definition("fuel-9-dvs")
    vmware = vmware_of(environment)
    glance = VMwareGlance(vcenter=replace(vmware.zones[0].vcenter, host="::1"), datacenter="d", datastore="s")

    assert any(
        "vmware.zones: is empty" in line for line in told(replace(environment, vmware=VMware(zones=())))
    )
    odd = told(replace(environment, vmware=replace(vmware, cinder_zone="x", glance=glance)))
    assert any("vmware.cinder_zone: there is no zone 'x'" in line for line in odd)
    assert any("vmware.glance.vcenter.host: '::1' is refused" in line for line in odd)
