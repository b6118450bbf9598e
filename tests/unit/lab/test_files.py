"""What is written of a lab's shape: for the nodes, for Neutron, and for the health check."""

import configparser
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from ostf_dual.deployers.lab import access as module
from ostf_dual.deployers.lab import files
from ostf_dual.deployers.lab.containment import Containment, Process
from ostf_dual.deployers.lab.layout import Layout
from ostf_dual.deployers.lab.mapping import mapped
from ostf_dual.deployers.lab.record import Record
from ostf_dual.environment.definition import Environment, Node
from ostf_dual.environment.load import load_access
from ostf_dual.environment.model import Access, Secret
from tests.unit.lab.conftest import nodes_of
from tests.unit.lab.definitions import DUAL, QEMU_ONLY, cluster, environment, zone
from tests.unit.lab.test_mapping import MIXED, ON_CONTROLLER, TWO_ZONES

SHAPES = {"qemu-only": QEMU_ONLY, "dual": DUAL, "two": TWO_ZONES, "mixed": MIXED, "controller": ON_CONTROLLER}


def record_of(given: Environment, secret: str = "") -> Record:
    shape = mapped(given, lambda _: secret, {}).shape
    return Record.new("one", shape=shape, virt_type="qemu")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout(name="one", cache=tmp_path / "cache", state=tmp_path / "state")
    found.make()
    return found


def access(layout: Layout, record: Record) -> Access:
    module.write_access(layout, record, Containment(Process(pid=7, started=1)))
    return load_access(layout.environment_file)


@pytest.mark.parametrize("name", SHAPES)
def test_no_two_parts_of_a_shape_get_into_each_others_way(name: str, venv: Path) -> None:
    nodes = nodes_of(record_of(SHAPES[name]), venv)

    for names in (
        [node.name for node in nodes],
        [each.program.name for node in nodes for each in node.services],
        [folder for node in nodes for folder in node.folders if folder != "volumes"],
        [each.reports for node in nodes for each in node.services if each.reports],
    ):
        assert [each for each, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize("name", SHAPES)
def test_every_file_that_a_program_of_a_shape_reads_is_written(name: str, venv: Path) -> None:
    nodes = nodes_of(record_of(SHAPES[name]), venv)
    written = {f"/run/lab/etc/{node.name}/{file}" for node in nodes for file in node.files}
    words = [word for node in nodes for each in node.services for word in " ".join(each.program.argv).split()]

    assert {word for word in words if word.startswith("/run/lab/etc/")} <= written


def test_no_part_of_a_vcenter_is_started_without_one(venv: Path) -> None:
    nodes = nodes_of(record_of(QEMU_ONLY), venv)

    assert [node.name for node in nodes] == ["controller", "kvm-1", "vol-1"]
    assert record_of(QEMU_ONLY).ports.keys() == set(record_of(DUAL).ports) - {"vc1"}


def test_each_compute_is_told_its_own_vcenter_cluster_and_regex(venv: Path) -> None:
    record = record_of(TWO_ZONES)
    told = {}
    for node in nodes_of(record, venv):
        parser = configparser.RawConfigParser()
        parser.read_string(node.files.get("nova.conf", ""))
        if parser.has_section("vmware"):
            section = parser["vmware"]
            told[parser["DEFAULT"]["host"]] = (
                int(section["host_port"]), section["cluster_name"], section["datastore_regex"],
                section["host_password"],
            )  # fmt: skip
    first, second = record.vcenters

    assert told == {
        "vm1": (first.port, "Cluster1", ".*", record.passwords[first.name]),
        "vm2": (first.port, "Cluster2", "ds1", record.passwords[first.name]),
        "vm3": (second.port, "Cluster3", ".*", record.passwords[second.name]),
    }


def test_a_service_that_cannot_work_is_not_waited_for_nor_started_for_ever(venv: Path) -> None:
    given = environment(*DUAL.nodes, zones=(zone("vcenter", cluster("Clustre")),))
    services = [each for node in nodes_of(record_of(given), venv) for each in node.services]
    hopeless = {each.program.name for each in services if each.is_hopeless}

    assert hopeless == {"nova-vm1", "ceilometer-vm1", "volume-vol-2"}
    assert all((each.program.settles_s > 30) == each.is_hopeless for each in services)


def test_neutron_is_told_which_hosts_ports_are_at_which_vcenter(layout: Layout) -> None:
    files.write_vcenters(layout, record_of(TWO_ZONES))
    found = json.loads((layout.etc / "controller" / "vcenters.json").read_text())

    assert {each["name"]: each["hosts"] for each in found} == {
        "vc1": ["vm1", "vm2"],
        "vcenter-b.example.org": ["vm3"],
    }


@pytest.mark.parametrize(
    ("name", "zones", "vcenters"),
    [
        ("qemu-only", {"kvm": "qemu"}, {}),
        ("dual", {"kvm": "qemu"}, {"vc1": ("vcenter",)}),
        ("two", {"kvm": "qemu"}, {"vc1": ("esx-a",), "vcenter-b.example.org": ("esx-b",)}),
        ("mixed", {}, {"vc1": ("kvm",)}),
        ("controller", {}, {"vc1": ("nova",)}),
    ],
)
def test_the_health_check_is_told_each_zones_witness(
    name: str, zones: dict[str, str], vcenters: dict[str, Any], layout: Layout
) -> None:
    found = access(layout, record_of(SHAPES[name]))

    assert {zone: str(each.hypervisor) for zone, each in found.zones.items() if each.hypervisor} == zones
    assert {each.name: each.zones for each in found.vcenters} == vcenters
    assert [each.host for each in found.libvirt] == (["kvm-1"] if SHAPES[name].hypervisor else [])


def test_zones_of_one_vcenter_and_clusters_of_one_zone_are_told_apart(layout: Layout) -> None:
    given = environment(
        *DUAL.nodes, Node(name="esx-2", roles=("vcenter-compute",)), Node(name="esx-3", roles=("vcenter-compute",)),
        zones=(
            zone("esx-a", cluster(), cluster("Cluster2", "vm2", "esx-2", "ds")),
            zone("esx-b", cluster("Cluster3", "vm3", "esx-3", "no")),
        ),
    )  # fmt: skip
    shared, other = access(layout, record_of(given)).vcenters

    assert (shared.name, other.name) == ("vc1 (esx-a)", "vc1 (esx-b)")
    assert shared.clusters == {"Cluster1": ".*", "Cluster2": "ds"}
    assert (shared.cluster_names, other.cluster_names) == (("Cluster1", "Cluster2"), ("Cluster3",))
    assert (shared.regex_of("Cluster2"), other.regex_of("Cluster3")) == ("ds", "no")


def test_the_node_behind_a_service_name_is_told(layout: Layout) -> None:
    assert access(layout, record_of(DUAL)).nodes == {"vm1": "esx-1"}


def test_a_zone_whose_vcenter_holds_no_volumes_is_asked_for_none(layout: Layout) -> None:
    found = access(layout, record_of(TWO_ZONES))

    assert {name: each.volume_type for name, each in found.zones.items()} == {"kvm": None, "esx-b": "none"}


def test_a_wrong_password_is_told_to_the_health_check_and_forgotten_when_it_is_right(layout: Layout) -> None:
    wrong = environment(
        *DUAL.nodes, zones=(zone("vcenter", cluster(), password=Secret(env="VCENTER_PASSWORD")),)
    )
    (told,) = access(layout, record_of(wrong, "wrong")).vcenters
    assert told.password.file
    assert told.password.file.read_text() == "wrong\n"

    record = record_of(DUAL)
    access(layout, record)
    assert [each.read_text() for each in layout.state.glob("*.password")] == [record.passwords["vc1"] + "\n"]


def test_what_the_definition_says_goes_before_what_the_lab_knows(layout: Layout) -> None:
    record = record_of(DUAL)
    said = {"expect": ["kvm"], "zones": {"kvm": {"flavor": "tiny"}, "vcenter": {"image": "mine"}}}
    found = access(layout, record.shaped(record.shape.with_(access=said)))

    assert found.expect == ("kvm",)
    assert (found.zones["kvm"].flavor, str(found.zones["kvm"].hypervisor)) == ("tiny", "qemu")
    assert found.zones["vcenter"].image == "mine"
    assert "vantage" in yaml.safe_load(layout.environment_file.read_text())


def test_a_node_is_written_anew_only_where_it_differs(layout: Layout, venv: Path) -> None:
    node = nodes_of(record_of(DUAL), venv)[1]

    assert files.write_node(layout, node)
    assert not files.write_node(layout, node)
    (layout.etc / node.name / "nova.conf").write_text("[DEFAULT]\n")
    assert files.write_node(layout, node)
