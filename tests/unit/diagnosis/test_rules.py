"""Each rule names its cause, before any other, in a zone where that is what is wrong."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ostf_dual.cloud.complaints import FailedEvent
from ostf_dual.cloud.networks import Port
from ostf_dual.cloud.placement import InventoryFacts, ProviderFacts
from ostf_dual.cloud.services import ServiceFacts
from ostf_dual.cloud.symptoms import VolumeFacts
from ostf_dual.diagnosis.findings import Case
from ostf_dual.diagnosis.rules import RULES, most_likely
from ostf_dual.environment.model import Hypervisor
from ostf_dual.hypervisors.probe import Power
from tests.unit.diagnosis.conftest import SERVER, SMALL, case, guest, server, service

NO_HOST = "server x: wanted ACTIVE, found ERROR: No valid host was found."
HEARD = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TRACEBACK = 'Traceback (most recent call last):\n  File "vmops.py"\n'


def event(reason: str) -> FailedEvent:
    return FailedEvent(server_id=SERVER, action="create", request="req-1", event="compute__do_build", host="esx-1",
                       reason=reason, traceback=TRACEBACK + reason)  # fmt: skip


def port(vif_type: str) -> Port:
    return Port(id="p-1", status="DOWN", mac="", address="", vif_type=vif_type, host="esx-1")


def silent(why: str) -> dict[str, str]:
    return {"vSphere clusters": f"vCenter vc1 (vc.example:443) {why}; see VC-01"}


# Rule, a case that it is about, and what the cause must name.
CASES: tuple[tuple[str, Case, str], ...] = (
    (
        "compute-disabled-by-driver",
        case("BOOT-01", NO_HOST, services=(service("nova-compute", "esx-1", is_enabled=False,
                                                   disabled_reason="set by vmwareapi host_state"),)),
        "nova-compute on esx-1 for zone esx is up but disabled: set by vmwareapi host_state: vCenter does not answer",
    ),
    ("compute-without-libvirt", case("SVC-01", services=(service("nova-compute", "esx-1", is_enabled=False,
                                                                 disabled_reason="AUTO: Connection to libvirt lost"),)),
     "esx-1 for zone esx is up but disabled: AUTO: Connection to libvirt lost: its libvirtd"),
    ("compute-down", case("SVC-02", services=(service("nova-compute", "esx-1", is_up=False, heartbeat=HEARD),)),
     "nova-compute on esx-1 for zone esx is down; last heard of: 10:00:00 UTC"),
    ("compute-disabled", case("BOOT-01", services=(service("nova-compute", "esx-1", is_enabled=False,
                                                           disabled_reason="new disks"),)), "(new disks)"),
    ("volume-service-down", case("VOL-01", services=(service("cinder-volume", "esx-1@vmdk", is_up=False),)),
     "cinder-volume of esx-1@vmdk is down; last heard of: never"),
    ("volume-service-disabled", case("VOL-01", services=(service("cinder-volume", "esx-1@vmdk", is_enabled=False),)),
     "cinder-volume of esx-1@vmdk is disabled (no reason given)"),
    ("control-service-down", case("BOOT-01", services=(service("nova-conductor", "controller", is_up=False),)),
     "nova-conductor on controller is down"),
    ("agent-down", case("NET-02", services=(service("neutron-dhcp-agent", "controller", is_up=False),)),
     "neutron-dhcp-agent on controller is down"),
    ("agent-disabled", case("NET-02", services=(service("neutron-dhcp-agent", "controller", is_enabled=False),)),
     "administratively down"),
    ("endpoint-dead", case("API-01", "metric: HTTP 503 from GET http://api.example:8041/: Service Unavailable"),
     "http://api.example:8041/ does not answer (HTTP 503)"),
    ("endpoint-dead", case("API-01", "metric at http://api.example:8041: Connection refused"),
     "http://api.example:8041 does not answer (Connection refused)"),
    ("endpoint-dead", case("BOOT-01", "making port x: ConnectFailure: Unable to establish connection to "
                                      "https://api.example:9696/v2.0/ports: ('Connection aborted.', x)"),
     "https://api.example:9696/v2.0/ports does not answer (ConnectFailure)"),
    ("polling-silent", case("MET-02", "waited 9 s for cpu (look at ceilometer-polling for host kvm-1, then at "
                                      "ceilometer-agent-notification and gnocchi-metricd)"), "from kvm-1"),
    ("notifications-silent", case("MET-01", "waited 60 s (look at ceilometer-agent-notification, then metricd)"),
     "ceilometer-agent-notification"),
    ("metricd-behind", case("MET-03", "gnocchi-metricd is about 80 s behind: 9 measures"), "gnocchi-metricd"),
    ("vcenter-refuses-login", case("VC-01", unasked=silent("refuses the login of nova@vsphere.local")),
     "nova@vsphere.local"),
    ("vcenter-certificate", case("VC-01", "vCenter vc1: its certificate fails against /ca.pem: expired"), "/ca.pem"),
    ("vcenter-silent", case("VC-02", unasked=silent("does not answer when asked who it is: timed out")),
     "vc.example:443, where vCenter should (timed out)"),
    ("vcenter-silent", case("BOOT-01", unasked={"datastores": "no answer within 20 s"}), "no answer within"),
    ("no-host-in-cluster", case("BOOT-01", NO_HOST, cluster_faults=(
        "cluster C1 (domain-c8) has no host that is connected and out of maintenance (e1 notResponding)",)), "C1"),
    ("cluster-gone", case("VC-02", cluster_faults=("vCenter has no cluster domain-c8, which nova-compute reports",)),
     "domain-c8"),
    ("datastore-regex-matches-nothing", case("VC-03", datastore_faults=(
        "datastore_regex 'vsan' matches none in cluster C1, which sees: ds1; nova-compute stays up",)), "'vsan'"),
    ("datastore-not-accessible", case("BOOT-01", datastore_faults=("datastore ds1 is not accessible: Nova drops it",)),
     "ds1"),
    ("datastore-in-maintenance", case("BOOT-01", datastore_faults=(
        "datastore ds1 is in maintenance mode (inMaintenance): Nova drops it silently",)), "ds1"),
    ("datastore-full", case("BOOT-01", NO_HOST, datastore_faults=(
        "no matching datastore has 20.0 GiB free for a server: ds1 3.0 GiB",)), "ds1 3.0 GiB"),
    ("datastore-missing-in-words", case("BOOT-01", events=(event("DatastoreNotFound: Could not find a datastore"),)),
     "zone esx"),
    ("vcenter-task-failed", case("BOOT-01", guests=(guest(),), tasks=("10:00 PowerOnVM of vm (5e41): error: NoSpace",)),
     "NoSpace"),
    ("drs-off", case("VC-02", cluster_faults=("DRS of cluster C1 (domain-c8) is unset, wanted fullyAutomated: x",)),
     "DRS of cluster C1"),
    ("quota", case("BOOT-01", "refused: HTTP 403: Quota exceeded for cores"), "quota"),
    ("no-room", case("BOOT-01", NO_HOST, candidates=frozenset(), providers=(ProviderFacts(
        id="p", name="domain-c8", inventories={"VCPU": InventoryFacts(total=4, max_unit=4),
                                               "MEMORY_MB": InventoryFacts(total=32, max_unit=32)}),)),
     "MEMORY_MB: 64 wanted, and max_unit (the most for one server) is 32, it offers no DISK_GB"),
    ("image-for-another-hypervisor", case("BOOT-01", NO_HOST, Hypervisor.KVM), "hypervisor_type=vmware"),
    ("zone-not-available", case("BOOT-01", "The requested availability zone is not available"), "zone esx"),
    ("filtered-out", case("BOOT-01", NO_HOST), "Placement offers node-of-esx-1"),
    ("memory-not-a-multiple-of-4", case("BOOT-01", events=(event(
        "InstanceUnacceptable: Memory size is not multiple of 4"),)), "multiple of 4"),
    ("network-card-for-kvm", case("BOOT-01", events=(event("Invalid: virtio is not supported."),)), "card virtio"),
    ("network-card-for-kvm", case("IMG-04", 'hw_vif_model=rtl8139: the driver answers "rtl8139 is not supported"'),
     "card rtl8139"),
    ("guest-id-unknown", case("BOOT-01", events=(event("VimFaultException: A specified parameter was not correct"),),
                              lint=("os_distro=ubuntu, which overrides vmware_ostype=x: not a guestId of vSphere; y",)),
     "os_distro=ubuntu"),
    ("disk-type-wrong", case("IMG-02", "image 'x': vmware_disktype is 'preallocated', and the file's header says"),
     "'preallocated'"),
    ("disk-bus-unsupported", case("BOOT-01", events=(event(
        "UnsupportedHardware: Requested hardware 'virtio' is not supported by the 'vmware' virt driver"),)), "bus"),
    ("image-too-large", case("IMG-06", "min_disk of image 'x' is 50 GiB, and flavor 'small' has 1"), "50 GiB"),
    ("image-not-whole", case("IMG-01", lint=("its status is queued, wanted active: broken off?",)), "queued"),
    ("nothing-steers-the-image", case("SCH-02", "nothing keeps image 'x' from zone kvm"), "either"),
    ("inventory-stale", case("SVC-03", "Placement says DISK_GB total=400 for domain-c8, and the usable datastores"),
     "DISK_GB total=400"),
    ("vif-type-unsupported", case("BOOT-01", events=(event("InvalidInput: vif type bridge not supported"),)), "bridge"),
    ("port-not-bound", case("NET-02", ports=(port("binding_failed"),)), "p-1 is binding_failed on esx-1"),
    ("vif-plugging-timeout", case("BOOT-01", events=(event(
        "VirtualInterfaceCreateException: Virtual Interface creation failed"),)), "plugged"),
    ("volume-of-another-hypervisor", case("VOL-02", events=(event(
        "VolumeDriverNotFound: Could not find a handler for rbd volume."),)), "zone esx"),
    ("zones-of-nova-and-cinder-apart", case("BOOT-01", "x and volume y are not in the same availability_zone"),
     "cross_az_attach"),
    ("volume-in-error", case("VOL-01", volumes=(VolumeFacts(
        id="v", name="ostf-1-volume-esx", status="error", backend=None, messages=("No valid backend",)),)),
     "No valid backend"),
    ("config-drive-vfat", case("BOOT-01", events=(event(
        'InstancePowerOnFailure: Invalid config_drive_format "vfat"'),)), "vfat"),
    ("stopped-behind-nova", case("BOOT-01", servers=(server(),), guests=(guest(Power.OFF),)), "vm (5e41) is off"),
    ("power-differs", case("CON-01", f"server victim ({SERVER}) is ACTIVE, and its hypervisor says paused: Nova"),
     "the guest of victim is paused and Nova says ACTIVE"),
    ("orphan", case("CON-01", f"guest instance-7 ({SERVER}, running) on kvm-1 is unknown to Nova: an orphan"),
     "instance-7 on kvm-1"),
    ("another-hypervisor-than-expected", case("SVC-02", "zone kvm is expected to run vcenter (zones.kvm.hypervisor),"
                                              " and os-hypervisors says QEMU for kvm-1: look at"), "kvm-1 runs QEMU"),
    ("kernel-panic", case("BOOT-02", servers=(server(),), consoles={"s": "\nKernel panic - not syncing: VFS: x"}),
     "VFS: x"),
    ("nothing-boots", case("BOOT-02", servers=(server(),), guests=(guest(),), consoles={
        "s": "SeaBIOS\nNo bootable device."}), "'No bootable device'"),
    ("nothing-on-the-console", case("BOOT-02", servers=(server(),), guests=(guest(),)), "prints nothing"),
    ("driver-says", case("BOOT-01", servers=(server(status="ERROR", fault="x"),), events=(event("Boom: it broke"),)),
     "compute__do_build on esx-1 ended with Boom: it broke"),
    ("still-building", case("BOOT-01", "waited 2 s for server x to be ACTIVE; last seen: BUILD, spawning on esx-1; y",
                            servers=(server(status="BUILD"),)), "BUILD, spawning on esx-1"),
    ("emulated", case("BOOT-02", "waited 5 s for the guest", Hypervisor.QEMU, image=None, consoles={"s": "Booting"},
                      guests=(guest(),)), "emulates"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "given", "words"), CASES, ids=[name for name, _, _ in CASES])
def test_the_cause_is_named_before_any_other(name: str, given: Case, words: str) -> None:
    first = next((rule.name for rule in RULES if rule.cause(given)), None)
    cause = most_likely(given)

    assert first == name
    assert cause is not None
    assert words in cause.text
    assert cause.next_command
    assert cause.source


def test_every_rule_is_tried_and_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in RULES]

    assert len(names) == len(set(names))
    assert set(names) == {name for name, _, _ in CASES}


@pytest.mark.parametrize("check", ["BOOT-01", "VOL-02", "NET-02", "CON-01", "LIFE-05", "LEAK-01", "KVM-01"])
def test_where_nothing_that_is_known_is_wrong_no_cause_is_made_up(check: str) -> None:
    well = case(
        check, "the guest is blue, wanted green", servers=(server(),), guests=(guest(),), consoles={"s": "up"}
    )

    assert most_likely(well) is None


def test_what_is_wrong_in_another_zone_is_not_this_zones_cause() -> None:
    down = service("nova-compute", "kvm-1", is_up=False)

    assert most_likely(case("BOOT-01", "x", services=(down,))) is None


IN_REPAIR = service("nova-compute", "esx-1", is_enabled=False, disabled_reason="maintenance")
QUOTA = "Quota exceeded for volumes"


def among_others(check: str, message: str, ill: ServiceFacts, *others: str, **found: Any) -> Case:
    """A zone in which several serve, and one does not."""
    made = case(check, message, services=(ill, *(service(ill.binary, host) for host in others)), **found)
    return replace(made, hosts=("esx-1", "esx-11"), volume_services=("esx-1@vmdk", "esx-11@vmdk"))


@pytest.mark.parametrize(
    "made",
    [
        among_others("VOL-01", QUOTA, IN_REPAIR, "esx-11"),
        among_others(
            "BOOT-01", "the guest on esx-11 is off", IN_REPAIR, "esx-11", servers=(server(host="esx-11"),)
        ),
        among_others("VOL-01", QUOTA, service("cinder-volume", "esx-1@vmdk", is_up=False), "esx-11@vmdk"),
        among_others(
            "BOOT-01", "its controller is no SCSI", service("nova-conductor", "controller", is_up=False), "c2"
        ),
        among_others("NET-02", "no address", service("neutron-dhcp-agent", "controller", is_up=False), "c2"),
        among_others("SVC-01", "an agent on esx-11 is down", IN_REPAIR, "esx-11"),
    ],
    ids=["one of the computes", "another compute is named", "cinder-volume", "control", "agent", "taken out"],
)
def test_a_service_is_not_to_blame_where_others_serve_and_nothing_leads_to_it(made: Case) -> None:
    cause = most_likely(made)

    assert cause is None or not cause.text.startswith(("nova-", "cinder-", "neutron-")), cause


@pytest.mark.parametrize(
    ("made", "named"),
    [
        (
            among_others("SVC-01", "", service("nova-compute", "esx-1", is_up=False), "esx-11"),
            "nova-compute on esx-1 ",
        ),
        (among_others("BOOT-01", "", IN_REPAIR, "esx-11", servers=(server(),)), "nova-compute on esx-1 "),
        (among_others("CON-01", "a guest of esx-1 is no server", IN_REPAIR, "esx-11"), "nova-compute on esx-1 "),
        (
            among_others("VOL-01", "", service("cinder-volume", "esx-1@vmdk", is_up=False), "esx-11@vmdk",
                         volumes=(VolumeFacts(id="v", name="n", status="error", backend="esx-1@vmdk#pool"),)),
            "cinder-volume of esx-1@vmdk",
        ),
        (
            among_others("BOOT-01", "", service("nova-conductor", "controller", is_up=False)),
            "nova-conductor on controller",
        ),
        (
            among_others("NET-02", "neutron-dhcp-agent on controller is silent",
                         service("neutron-dhcp-agent", "controller", is_up=False), "c2"),
            "neutron-dhcp-agent on controller",
        ),
    ],
    ids=["asked of services", "its server", "named", "its volume", "none is well", "agent named"],
)  # fmt: skip
def test_a_service_is_to_blame_where_the_fault_leads_to_it(made: Case, named: str) -> None:
    cause = most_likely(made)

    assert cause is not None
    assert cause.text.startswith(named)


def test_a_cause_that_explains_servers_is_not_named_for_a_question_that_needs_none() -> None:
    down = service("nova-compute", "esx-1", is_up=False)

    assert most_likely(case("IMG-04", "x", services=(down,))) is None


def test_the_next_command_can_be_pasted() -> None:
    cause = most_likely(case("BOOT-01", NO_HOST, candidates=frozenset(), providers=(
        ProviderFacts(id="p", name="n", inventories={}),)))  # fmt: skip

    assert cause is not None
    assert cause.next_command == (
        "openstack allocation candidate list --resource VCPU=1 --resource MEMORY_MB=64 --resource DISK_GB=1"
    )
    assert SMALL.name in cause.text
