"""A cluster from nothing: what it is created with, its settings, networks and nodes, and how its cloud is reached."""

import stat
from dataclasses import replace
from pathlib import Path
from socket import gaierror

import pytest
import yaml

from ostf_dual.deployers.nailgun import access as access_module
from ostf_dual.deployers.nailgun.answers import RefusedError
from ostf_dual.environment.definition import (
    Environment,
    FuelNetwork,
    FuelNetworks,
    ImageStore,
    Network,
    NetworkProvider,
    Storage,
    VMware,
    VMwareGlance,
    VolumeBackend,
)
from ostf_dual.environment.model import Access, Hypervisor
from ostf_dual.errors import InputError, OstfError
from tests.contract.nailgun import definitions
from tests.contract.nailgun.bench import Bench
from tests.contract.nailgun.server.data import CLOUD_PASSWORD


def created(bench: Bench, environment: Environment) -> dict[str, object]:
    """The body by which a cluster is created."""
    bench.deploy(environment)
    (found,) = (each.body for each in bench.writes() if each.path == "/api/clusters")
    assert isinstance(found, dict)
    return found


def test_it_is_of_a_release_that_the_master_can_deploy_and_made_of_components(bench: Bench) -> None:
    body = created(bench, bench.dual)

    assert body == {
        "name": "dual",
        "release": 2,
        "mode": "ha_compact",
        "components": [
            "hypervisor:qemu",
            "hypervisor:vmware",
            "network:neutron:core:ml2",
            "network:neutron:ml2:vlan",
            "network:neutron:ml2:dvs",
            "storage:block:lvm",
        ],
    }


WITH_CEPH = (
    definitions.KVM_NODES[0],
    definitions.node(2, "compute-1", "compute", "ceph-osd"),
    definitions.node(3, "compute-2", "compute", "ceph-osd"),
    definitions.node(5, "ceph-1", "ceph-osd"),
)


def test_fewer_nodes_than_copies_of_ceph_are_refused_before_anything_is_written(bench: Bench) -> None:
    few = replace(bench.kvm, nodes=WITH_CEPH[:3], storage=Storage(volumes=(VolumeBackend.CEPH,)))

    (refusal,) = bench.plan(few).refusals

    assert refusal.endswith("(storage.osd_pool_size): 3 at least, found 2")
    assert bench.plan(replace(few, nodes=WITH_CEPH)).refusals == ()
    assert bench.master.writes == []


def test_the_clusters_own_number_of_copies_goes_before_that_of_its_release(bench: Bench) -> None:
    ceph = replace(bench.kvm, nodes=WITH_CEPH, storage=Storage(volumes=(VolumeBackend.CEPH,)))
    bench.deploy(ceph)
    (cluster,) = bench.master.world.clusters.values()
    pool_size = cluster.attributes["storage"]["osd_pool_size"]

    pool_size["value"] = "4"
    assert "4 at least, found 3" in bench.plan(ceph).refusals[0]
    pool_size["value"] = "2"
    bench.deploy(replace(ceph, nodes=WITH_CEPH[:3]))

    assert "ceph-1" not in bench.states()


@pytest.mark.parametrize(
    ("role", "section", "name"),
    [
        ("ironic", "additional_components", "ironic"),
        ("cinder-block-device", "storage", "volumes_block_device"),
    ],
)
def test_a_role_that_wants_a_setting_gets_it(bench: Bench, role: str, section: str, name: str) -> None:
    environment = replace(bench.kvm, nodes=(*bench.kvm.nodes, definitions.node(5, "more", role)))

    bench.deploy(environment)

    (cluster,) = bench.master.world.clusters.values()
    assert cluster.attributes[section][name]["value"] is True
    assert bench.states()["more"] == ("ready", (role,))
    assert bench.changes(environment) == []


def test_tunnels_and_ceph_are_components_too(bench: Bench) -> None:
    environment = replace(
        bench.kvm,
        nodes=(*WITH_CEPH, definitions.node(6, "mongo-1", "mongo")),
        network=Network(segmentation="vxlan"),
        storage=Storage(volumes=(VolumeBackend.CEPH,), images=ImageStore.CEPH),
    )

    assert created(bench, environment)["components"] == [
        "hypervisor:qemu",
        "network:neutron:core:ml2",
        "network:neutron:ml2:tun",
        "storage:block:ceph",
        "storage:image:ceph",
        "additional_service:ceilometer",
    ]
    (cluster,) = bench.master.world.clusters.values()
    settings = {
        f"{section}.{name}": setting["value"]
        for section, those in cluster.attributes.items()
        for name, setting in those.items()
        if "value" in setting
    }
    assert settings["storage.volumes_ceph"] is settings["storage.images_ceph"] is True
    assert settings["storage.volumes_lvm"] is settings["common.use_vcenter"] is False
    assert settings["additional_components.ceilometer"] is True


def test_a_cloud_with_kvm_says_so(bench: Bench) -> None:
    bench.deploy(replace(bench.kvm, hypervisor=Hypervisor.KVM))

    (cluster,) = bench.master.world.clusters.values()
    assert cluster.attributes["common"]["libvirt_type"]["value"] == "kvm"


def test_nodes_are_found_by_their_macs_and_get_roles_by_assignment_alone(bench: Bench) -> None:
    bench.deploy(bench.dual)

    done = bench.writes()
    assert not [each for each in done if each.path == "/api/nodes"]
    assert not [each for each in done if "pending_roles" in str(each.body)]
    assert bench.states()["compute-1"] == ("ready", ("compute", "cinder"))
    assert [each["name"] for each in bench.master.world.nodes.values() if each["cluster"] is None] == [
        "Untitled (00:05)",
        "Untitled (00:06)",
    ]


def test_networks_are_verified_before_the_deployment(bench: Bench) -> None:
    bench.deploy(bench.kvm)

    assert bench.calls()[-2:] == [
        "PUT clusters/1/network_configuration/neutron/verify",
        "PUT clusters/1/changes",
    ]


def with_networks(environment: Environment, networks: FuelNetworks) -> Environment:
    assert environment.fuel is not None
    return replace(environment, fuel=replace(environment.fuel, networks=networks))


def test_networks_are_as_the_definition_says_and_otherwise_as_they_were(bench: Bench) -> None:
    networks = FuelNetworks(
        by_name={
            "public": FuelNetwork(
                cidr="10.30.0.0/24", gateway="10.30.0.1", ranges=(("10.30.0.2", "10.30.0.99"),), vlan=7
            ),
            "storage": FuelNetwork(vlan=0),
        },
        floating_ranges=(("10.30.0.130", "10.30.0.200"),),
        vlan_range=(900, 990),
        nameservers=("10.30.0.1",),
    )
    environment = with_networks(bench.kvm, networks)

    bench.deploy(environment)

    (cluster,) = bench.master.world.clusters.values()
    by_name = {each["name"]: each for each in cluster.network["networks"]}
    parameters = cluster.network["networking_parameters"]
    assert by_name["public"]["cidr"] == "10.30.0.0/24"
    assert by_name["public"]["vlan_start"] == 7
    assert by_name["storage"]["vlan_start"] is None
    assert by_name["management"]["vlan_start"] == 101
    assert parameters["vlan_range"] == [900, 990]
    assert parameters["dns_nameservers"] == ["10.30.0.1"]
    assert parameters["segmentation_type"] == "vlan"
    assert bench.changes(environment) == []
    assert ("change", "network vlan_range") in bench.changes(
        with_networks(bench.kvm, FuelNetworks(vlan_range=(1, 2)))
    )


@pytest.mark.parametrize(("use_gateway", "first"), [(False, "10.9.0.1"), (True, "10.9.0.2")])
def test_a_network_of_which_only_the_cidr_is_given_is_ranged_as_the_master_does(
    bench: Bench, first: str, *, use_gateway: bool
) -> None:
    bench.deploy(bench.kvm)
    (cluster,) = bench.master.world.clusters.values()
    (management,) = (each for each in cluster.network["networks"] if each["name"] == "management")
    management["meta"]["use_gateway"] = use_gateway
    moved = with_networks(bench.kvm, FuelNetworks(by_name={"management": FuelNetwork(cidr="10.9.0.0/24")}))

    bench.deploy(moved)

    (management,) = (each for each in cluster.network["networks"] if each["name"] == "management")
    assert management["ip_ranges"] == [[first, "10.9.0.254"]]
    assert bench.changes(moved) == []


def test_ranges_of_the_operators_own_do_not_move_with_the_network(bench: Bench) -> None:
    bench.deploy(bench.kvm)
    moved = with_networks(
        bench.kvm, FuelNetworks(by_name={"public": FuelNetwork(cidr="10.9.0.0/24", gateway="10.9.0.1")})
    )

    (refusal,) = bench.plan(moved).refusals

    assert "the range 172.16.0.2 to 172.16.0.126 is not in 10.9.0.0/24" in refusal


@pytest.mark.parametrize(
    ("networks", "words"),
    [
        (FuelNetworks(by_name={"public": FuelNetwork(gateway="10.9.9.1")}), "gateway 10.9.9.1 is not in"),
        (FuelNetworks(by_name={"storage": FuelNetwork(vlan=101)}), "use the same VLAN tags"),
        (
            FuelNetworks(
                by_name={
                    "storage": FuelNetwork(cidr="192.168.0.0/25", ranges=(("192.168.0.2", "192.168.0.9"),))
                }
            ),
            "Address space intersection between networks:\nmanagement, storage",
        ),
    ],
)
def test_networks_that_cannot_work_stop_the_deployment_before_it_begins(
    bench: Bench, networks: FuelNetworks, words: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        bench.deploy(with_networks(bench.kvm, networks))

    assert words in str(caught.value)
    assert "PUT clusters/1/changes" not in bench.calls()


def test_images_on_vsphere_are_told_to_the_cluster(bench: Bench, tmp_path: Path) -> None:
    authority = tmp_path / "vmca.pem"
    authority.write_text("-----BEGIN CERTIFICATE-----")
    vcenter = replace(definitions.VCENTER, insecure=False, ca_file=authority)
    zone = replace(definitions.VMWARE.zones[0], vcenter=vcenter)
    glance = VMwareGlance(vcenter=vcenter, datacenter="Datacenter", datastore="nfs")
    environment = replace(
        bench.dual,
        storage=Storage(volumes=(VolumeBackend.LVM,), images=ImageStore.VCENTER),
        vmware=VMware(zones=(zone,), glance=glance),
    )

    bench.deploy(environment)

    (cluster,) = bench.master.world.clusters.values()
    value = cluster.vmware["editable"]["value"]
    file = {"name": "vmca.pem", "content": "-----BEGIN CERTIFICATE-----"}
    assert cluster.attributes["storage"]["images_vcenter"]["value"] is True
    assert value["glance"] == {
        "vcenter_host": "vc1.example.org",
        "vcenter_username": "administrator@vsphere.local",
        "vcenter_password": definitions.VCENTER_PASSWORD,
        "datacenter": "Datacenter",
        "datastore": "nfs",
        "vcenter_security_disabled": False,
        "ca_file": file,
    }
    assert value["availability_zones"][0]["vcenter_ca_file"] == file
    assert bench.changes(environment) == []


def test_two_zones_with_vcenters_are_two_zones_of_the_cluster(bench: Bench) -> None:
    first = definitions.VMWARE.zones[0]
    on_controllers = replace(
        definitions.ON_NODE, cluster="Cluster2", service_name="vmcluster2", target="controllers"
    )
    second = replace(
        first, name="esx", vcenter=replace(definitions.VCENTER, host="vc2"), clusters=(on_controllers,)
    )
    environment = replace(bench.dual, vmware=VMware(zones=(first, second)))

    access = bench.deploy(environment)

    (cluster,) = bench.master.world.clusters.values()
    zones = cluster.vmware["editable"]["value"]["availability_zones"]
    assert [(each["az_name"], each["vcenter_host"]) for each in zones] == [
        ("vcenter", "vc1.example.org"),
        ("esx", "vc2"),
    ]
    assert [(each.name, each.zones, each.cluster) for each in access.vcenters] == [
        ("vc1.example.org", ("vcenter",), "Cluster1"),
        ("vc2", ("esx",), "Cluster2"),
    ]
    assert bench.changes(environment) == []


@pytest.fixture
def early(bench: Bench) -> Bench:
    """At a master of Fuel 6.1."""
    bench.master.world.become_early()
    bench.master.keystone = ("v2.0",)
    return bench


def test_fuel_6_1_is_asked_as_it_wants_it(early: Bench) -> None:
    environment = definitions.fuel_61(early.master.url)

    body = created(early, environment)

    (cluster,) = early.master.world.clusters.values()
    (zone,) = cluster.vmware["editable"]["value"]["availability_zones"]
    assert body == {"name": "dual", "release": 2, "mode": "multinode", "net_provider": "nova_network"}
    assert cluster.network["networking_parameters"]["net_manager"] == "VlanManager"
    assert zone["cinder"] == {"enable": True}
    assert "target_node" not in zone["nova_computes"][0]
    assert "vcenter_security_disabled" not in zone
    assert early.changes(environment) == []


def test_fuel_6_1_has_no_role_for_vcenter(early: Bench) -> None:
    environment = definitions.fuel_61(early.master.url)
    wanted = replace(environment, nodes=(*environment.nodes, definitions.VCENTER_COMPUTE))

    (refusal,) = early.plan(wanted).refusals

    assert refusal.endswith("has none; target `controllers`")


def test_fuel_6_1_changes_no_settings_of_a_cloud_that_is_deployed(early: Bench) -> None:
    environment = definitions.fuel_61(early.master.url)
    early.deploy(replace(environment, vmware=None))

    (refusal,) = early.plan(environment).refusals

    assert "changes no settings of a cloud that is deployed (common.use_vcenter)" in refusal


def test_fuel_6_1_changes_no_zones_and_networks_of_one_either(early: Bench) -> None:
    environment = definitions.fuel_61(early.master.url)
    early.deploy(environment)
    assert environment.vmware is not None
    zone = environment.vmware.zones[0]
    elsewhere = replace(zone, vcenter=replace(zone.vcenter, host="vc2"))
    networks = FuelNetworks(nameservers=("10.0.0.1",))

    (refusal,) = early.plan(
        with_networks(replace(environment, vmware=VMware(zones=(elsewhere,))), networks)
    ).refusals

    assert "(dns_nameservers, zone vcenter)" in refusal


def test_the_other_network_provider_wants_another_cluster(bench: Bench) -> None:
    bench.deploy(bench.kvm)

    with pytest.raises(InputError, match="was made with neutron, and that cannot be changed"):
        bench.plan(replace(bench.kvm, network=Network(provider=NetworkProvider.NOVA_NETWORK)))


def test_the_cloud_is_reached_at_its_public_address_as_its_own_administrator(bench: Bench) -> None:
    access = bench.deploy(bench.dual)

    assert access.clouds_file is not None
    cloud = yaml.safe_load(access.clouds_file.read_text())["clouds"][access.cloud]
    assert cloud["auth"]["auth_url"] == "http://172.16.0.3:5000/v3"
    assert cloud["auth"]["username"] == "admin"
    assert cloud["auth"]["password"] == CLOUD_PASSWORD
    assert stat.S_IMODE(access.clouds_file.stat().st_mode) == 0o600
    assert access.external_network == "admin_floating_net"
    assert access.nodes["vcenter-vmcluster1"] == "vcenter-compute-1"
    assert CLOUD_PASSWORD not in repr(access) + bench.told.getvalue()


@pytest.mark.parametrize(
    ("forget", "words"),
    [("password", "no password of the cloud's administrator"), ("address", "no public address")],
)
def test_a_cloud_that_cannot_be_reached_is_told_by_what_is_missing(
    bench: Bench, forget: str, words: str
) -> None:
    bench.deploy(bench.kvm)
    (cluster,) = bench.master.world.clusters.values()
    if forget == "password":
        cluster.attributes["access"]["password"]["value"] = ""
    else:
        cluster.network.update(public_vip=None, vips={})

    with pytest.raises(OstfError, match=words):
        bench.deploy(bench.kvm)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names that this machine resolves."""
    known = set[str]()

    def look_up(name: str, _: None) -> list[str]:
        if name not in known:
            raise gaierror(-2, "Name or service not known")
        return ["an address"]

    monkeypatch.setattr(access_module, "getaddrinfo", look_up)
    return known


def test_a_name_of_the_cloud_that_is_not_known_here_is_told_with_its_address(
    bench: Bench, names: set[str]
) -> None:
    told = "public.fuel.local must resolve to 172.16.0.3 on this machine"
    bench.deploy(bench.kvm)
    (cluster,) = bench.master.world.clusters.values()
    assert told not in bench.told.getvalue()

    cluster.attributes["public_ssl"]["services"]["value"] = True
    bench.deploy(replace(bench.kvm, access=Access(cloud="mine")))
    names.add("public.fuel.local")
    bench.deploy(bench.kvm)
    assert told not in bench.told.getvalue()

    names.clear()
    bench.deploy(bench.kvm)
    assert told in bench.told.getvalue()


@pytest.mark.usefixtures("names")
def test_its_public_address_may_speak_tls(bench: Bench, tmp_path: Path) -> None:
    bench.deploy(bench.kvm)
    (cluster,) = bench.master.world.clusters.values()
    cluster.attributes["public_ssl"]["services"]["value"] = True
    assert bench.kvm.fuel is not None
    bench.deploy(bench.kvm)
    assert bench.told.getvalue().count("name its authority as fuel.cloud_ca_file") == 1

    for known, key, value in (
        ({"cloud_ca_file": tmp_path / "ca.pem"}, "cacert", str(tmp_path / "ca.pem")),
        ({"cloud_insecure": True}, "verify", False),
    ):
        access = bench.deploy(replace(bench.kvm, fuel=replace(bench.kvm.fuel, **known)))

        assert access.clouds_file is not None
        cloud = yaml.safe_load(access.clouds_file.read_text())["clouds"][access.cloud]
        assert cloud["auth"]["auth_url"] == "https://public.fuel.local:5000/v3"
        assert cloud[key] == value
    assert bench.told.getvalue().count("name its authority as fuel.cloud_ca_file") == 1


def test_what_the_definition_says_of_the_way_goes_before(bench: Bench) -> None:
    access = bench.deploy(replace(bench.kvm, access=Access(cloud="mine")))

    assert access.cloud == "mine"
    assert access.clouds_file is None
    assert access.expect == ("nova",)
