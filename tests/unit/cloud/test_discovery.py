"""What is concluded from what a cloud says: zones of all kinds, and what is missing."""

from dataclasses import replace
from typing import Any

from ostf_dual.cloud.asking import Answer
from ostf_dual.cloud.discovery import Discovery, conclude
from ostf_dual.cloud.readings import NO_ADMIN, Readings
from ostf_dual.cloud.releases import Release, release_of_nova
from ostf_dual.cloud.services import ServiceFacts
from ostf_dual.cloud.zoning import AggregateFacts, NodeFacts, parts
from ostf_dual.environment.model import Access, Hypervisor, Secret, VCenterAccess, ZoneSettings
from ostf_dual.errors import NotConfiguredError, NotDeployedError
from tests.unit.cloud.test_choices import IMAGES, RBD, SERVICES, TYPES, VMW, flavor

ADMIN_ONLY: Answer[Any] = Answer(error=NotConfiguredError(NO_ADMIN))
VC = "9d51f082-58a4-4449-beed-6fd205a5726b"


def compute(host: str, zone: str, *, up: bool = True, enabled: bool = True) -> ServiceFacts:
    return ServiceFacts(
        project="nova", binary="nova-compute", host=host, zone=zone, is_up=up, is_enabled=enabled
    )


def node(host: str, kind: str = "QEMU", name: str | None = None) -> NodeFacts:
    return NodeFacts(id=host, name=name or host, type=kind, host=host)


READINGS = Readings(
    zone_names=Answer(value=("esx-a", "west")),
    compute_services=Answer(value=(compute("c1", "west"), compute("v1", "esx-a"))),
    volume_services=Answer(value=SERVICES),
    network_agents=Answer(value=()),
    nodes=Answer(value=(node("c1"), node("v1", "VMware vCenter Server", f"domain-c8.{VC}"))),
    aggregates=Answer(value=()),
    raw_only=Answer(value=frozenset()),
    images=Answer(value=IMAGES),
    flavors=Answer(value=(flavor("f"),)),
    volume_types=Answer(value=TYPES),
    pools=Answer(value=(RBD, VMW)),
    release=Answer(value=Release(service="nova", microversion="2.96", candidates=("2024.1", "2024.2"))),
    gnocchi_url=Answer(value="https://c/metric"),
)
WITHOUT_ADMIN = replace(
    READINGS,
    compute_services=ADMIN_ONLY,
    volume_services=ADMIN_ONLY,
    network_agents=ADMIN_ONLY,
    nodes=ADMIN_ONLY,
    aggregates=ADMIN_ONLY,
    pools=ADMIN_ONLY,
    raw_only=ADMIN_ONLY,
)


def discover(readings: Readings = READINGS, **access: Any) -> Discovery:
    return conclude(Access(cloud="c", **access), readings)


def test_a_dual_cloud_with_names_of_its_own() -> None:
    found = discover()

    assert [(zone.part.label, zone.part.hypervisor) for zone in found.zones] == [
        ("esx-a", Hypervisor.VCENTER),
        ("west", Hypervisor.LIBVIRT),
    ]
    assert [zone.image.get().value.name for zone in found.zones] == ["win", "TestVM-a"]
    assert [zone.volume_type.get().value.name for zone in found.zones] == ["esx", "gold"]
    assert found.metering is not None
    assert found.metering.releases == ("2024.1", "2024.2")
    rows = found.as_rows()
    assert ("zone esx-a", "vcenter", "os-hypervisors says 'VMware vCenter Server'") in rows
    assert any("no API names the release" in because for _, _, because in rows)
    assert any("Ceilometer of 2024.1 or 2024.2" in fact for _, fact, _ in rows)


def test_a_zone_whose_nodes_take_raw_alone_gets_a_raw_image_where_there_is_one() -> None:
    raw = replace(IMAGES[0], id="raw", name="raw", disk_format="raw", size_bytes=900)
    raw_only = replace(
        READINGS, raw_only=Answer(value=frozenset({"c1"})), images=Answer(value=(*IMAGES, raw))
    )

    (_, west) = discover(raw_only).zones
    assert west.image.get().value is raw
    assert "takes raw images alone" in west.image.get().because

    (esx, west) = discover(replace(raw_only, images=Answer(value=IMAGES))).zones
    assert west.image.get().value.name == "TestVM-a"
    assert west.image.get().because.endswith("and there is none")
    assert "raw images alone" not in esx.image.get().because


def test_mixed_zones_are_labelled_by_hypervisor_and_others_are_not() -> None:
    services = (compute("c1", "nova"), compute("v1", "nova"), compute("v2", "esx"), compute("v3", "esx"))
    nodes = (
        node("c1"),
        node("v1", "VMware vCenter Server", f"domain-c8.{VC}"),
        node("v2", "VMware vCenter Server", f"domain-c9.{VC}"),
        node("v3", "VMware vCenter Server", f"domain-c10.{VC}"),
    )

    found = {part.label: part.hosts for part in parts(services, nodes, (), {})}

    assert found == {"nova.libvirt": ("c1",), "nova.vcenter": ("v1",), "esx": ("v2", "v3")}


def test_services_that_are_down_disabled_or_never_came_up_are_found() -> None:
    services = (compute("c1", "k", up=False), compute("c2", "k", enabled=False), compute("v1", "v", up=False))

    made = (AggregateFacts(name="a", zone="k", hosts=("c1", "c2")),)

    (kvm, esx) = parts(services, (node("c1"), node("v1", "VMware vCenter Server")), made, {})
    assert kvm.hosts == ("c1", "c2")
    assert (kvm.hypervisor, esx.hypervisor) == (Hypervisor.LIBVIRT, Hypervisor.VCENTER)

    (unknown,) = parts((compute("x", "z", up=False),), (), (), {})
    assert unknown.hypervisor is Hypervisor.UNKNOWN
    assert "never came up" in unknown.because
    # The default zone holds whatever belongs nowhere: its others tell nothing.
    found = parts((compute("c1", "nova"), compute("x", "nova")), (node("c1"),), (), {})
    assert [part.label for part in found] == ["nova.libvirt", "nova.unknown"]
    (told,) = parts((compute("x", "z", up=False),), (), (), {"z": Hypervisor.VCENTER})
    assert told.hypervisor is Hypervisor.VCENTER


def test_a_host_whose_cell_is_down_is_in_the_zone_that_its_aggregate_makes() -> None:
    lost = replace(compute("c2", "", up=False, enabled=False), zone=None, cell_is_down=True)
    alone = replace(lost, host="c9")
    aggregates = (
        AggregateFacts(name="ssd", zone=None, hosts=("c2",)),
        AggregateFacts(name="west", zone="west", hosts=("c1", "c2")),
    )

    found = {
        part.label: part
        for part in parts((compute("c1", "west"), lost, alone), (node("c1"),), aggregates, {})
    }

    assert {label: part.hosts for label, part in found.items()} == {"nova": ("c9",), "west": ("c1", "c2")}
    assert found["west"].hypervisor is Hypervisor.LIBVIRT
    assert found["west"].because == "os-hypervisors says 'QEMU'; a cell is down, that of c2"
    assert found["nova"].because == "os-hypervisors has no record of its hosts; a cell is down, that of c9"


def test_without_admin_rights_what_can_be_seen_is_shown_and_how_to_tell_the_rest() -> None:
    found = discover(WITHOUT_ADMIN)

    assert [(zone.part.zone, zone.part.hypervisor) for zone in found.zones] == [
        ("esx-a", Hypervisor.UNKNOWN),
        ("west", Hypervisor.UNKNOWN),
    ]
    reasons = [because for subject, _, because in found.as_rows() if subject == "zone west"]
    assert any("zones.west.hypervisor" in because for because in reasons)
    assert any("zones.west.volume_type" in because for because in reasons)
    assert ("cloud", "seen in part", NO_ADMIN) in found.as_rows()


def test_without_admin_rights_the_environment_tells_hypervisors() -> None:
    vcenter = VCenterAccess(name="v", host="h", user="u", password=Secret(env="P"), zones=("esx-a",))
    found = discover(
        WITHOUT_ADMIN,
        vcenters=(vcenter,),
        zones={"west": ZoneSettings(image="cirros", volume_type="gold")},
    )

    assert [zone.part.hypervisor for zone in found.zones] == [Hypervisor.VCENTER, Hypervisor.LIBVIRT]
    assert found.zones[1].volume_type.get().value.name == "gold"


def test_another_projects_image_of_the_same_name_tells_nothing_of_a_zone() -> None:
    theirs = replace(IMAGES[2], id="theirs", name="cirros", is_anothers=True)
    readings = replace(WITHOUT_ADMIN, images=Answer(value=(theirs, *IMAGES)))

    (_, west) = discover(readings, zones={"west": ZoneSettings(image="cirros")}).zones

    assert west.part.hypervisor is Hypervisor.LIBVIRT
    assert west.image.get().value is IMAGES[0]


def test_what_is_expected_and_not_there_is_said() -> None:
    rows = discover(expect=("esx-b",)).as_rows()

    assert any(row[:2] == ("zone esx-b", "not there") for row in rows)


def test_an_expected_zone_that_never_reported_is_one_where_its_vcenter_is_known() -> None:
    vcenter = VCenterAccess(name="v", host="h", user="u", password=Secret(env="P"), zones=("esx-b", "esx-c"))
    found = discover(expect=("esx-b", "other"), vcenters=(vcenter,))
    (silent,) = (zone.part for zone in found.zones if not zone.part.hosts)

    assert (silent.zone, silent.hypervisor) == ("esx-b", Hypervisor.VCENTER)
    assert "no nova-compute of it ever reported" in silent.because
    assert [row[0] for row in found.as_rows() if row[1] == "not there"] == ["zone other"]


def test_no_metering_and_no_volumes_are_facts_not_errors() -> None:
    gone: Answer[Any] = Answer(error=NotDeployedError("the catalogue has no such endpoint"))
    found = discover(replace(READINGS, gnocchi_url=gone, volume_types=gone, pools=gone, volume_services=gone))

    assert found.metering is None
    assert any(fact == "no volume type" for _, fact, _ in found.as_rows())
    assert found.readings.services() == READINGS.compute_services.get()


def test_releases_by_microversion() -> None:
    assert release_of_nova("2.96") == ("2024.1", "2024.2")
    assert release_of_nova("2.100") == ("2025.1",)
    assert release_of_nova("2.103") == ("2025.2",)
    assert release_of_nova("2.88") == ("2021.1",)
