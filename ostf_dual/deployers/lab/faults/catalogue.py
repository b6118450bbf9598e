"""The faults: every check has at least one that turns it, and as little else as possible, red."""

from ostf_dual.deployers.lab.faults import guests, midway, parts, readings
from ostf_dual.deployers.lab.faults.model import Disturbance, Fault, Red

_KVM, _VCENTER = "kvm", "vcenter"
_GONE = "see VC-01"


def _zone(fault: dict[str, object], zone: str, **settings: object) -> None:
    zones = fault.setdefault("zones", {})
    assert isinstance(zones, dict)  # noqa: S101 (told to the type checker)
    zones.setdefault(zone, {}).update(settings)


_API = (
    Fault(name="gnocchi-api-stopped", disturb=parts.stopped("gnocchi-api"),
          red=(Red(check="API-01", zone=None, words="metric"),)),
    Fault(name="volume-service-disabled-kvm", disturb=readings.disabled_volume_service("cinder-kvm@kvm"),
          red=(Red(check="SVC-01", zone=_KVM, words="is up but disabled"),)),
    Fault(name="volume-service-disabled-vcenter", disturb=readings.disabled_volume_service("cinder-vmware@vmdk"),
          red=(Red(check="SVC-01", zone=_VCENTER, words="is up but disabled"),)),
    Fault(name="metadata-agent-disabled", disturb=readings.disabled_agent("neutron-metadata-agent"),
          red=(Red(check="SVC-01", zone=None, words="neutron-metadata-agent"),)),
    Fault(name="compute-disabled-by-driver",
          disturb=readings.disabled_compute("compute-vcenter", "set by vmwareapi host_state"),
          red=(Red(check="SVC-01", zone=_VCENTER, words="disabled by its own driver"),
               Red(check="SVC-02", zone=_VCENTER, words="compute-vcenter"))),
    Fault(name="compute-stopped-kvm", disturb=parts.stopped_compute("compute-kvm"),
          red=(Red(check="SVC-01", zone=_KVM, words="compute-kvm"),
               Red(check="SVC-02", zone=_KVM, words="compute-kvm"))),
    Fault(name="compute-stopped-vcenter", disturb=parts.stopped_compute("compute-vcenter"),
          red=(Red(check="SVC-01", zone=_VCENTER, words="compute-vcenter"),
               Red(check="SVC-02", zone=_VCENTER, words="no high availability: until node compute-vcenter"))),
    Fault(name="volume-service-stopped-kvm", disturb=parts.stopped_volume_service("cinder-kvm"),
          red=(Red(check="SVC-01", zone=_KVM, words="cinder-kvm"),)),
    Fault(name="wrong-hypervisor-expected",
          disturb=readings.environment(lambda fault: _zone(fault, _KVM, hypervisor="vcenter")),
          red=(Red(check="SVC-02", zone=_KVM, words="expected to run vcenter"),)),
)  # fmt: skip

_PLACEMENT = (
    Fault(name="stale-disk-inventory-vcenter",
          disturb=readings.inventory("compute-vcenter", lambda held: held["DISK_GB"].update(total=400)),
          red=(Red(check="SVC-03", zone=_VCENTER, words="usable datastores"),)),
    Fault(name="no-disk-inventory-kvm",
          disturb=readings.inventory("compute-kvm", lambda held: held.pop("DISK_GB")),
          red=(Red(check="SVC-03", zone=_KVM, words="DISK_GB"),), also=(("FLV-01", _KVM),)),
    Fault(name="trait-missing-kvm",
          disturb=readings.without_traits("compute-kvm", "COMPUTE_IMAGE_TYPE_QCOW2", "COMPUTE_IMAGE_TYPE_RAW"),
          red=(Red(check="SVC-04", zone=_KVM, words="COMPUTE_IMAGE_TYPE_QCOW2"),)),
    Fault(name="trait-missing-vcenter", disturb=readings.without_traits("compute-vcenter", "COMPUTE_IMAGE_TYPE_VMDK"),
          red=(Red(check="SVC-04", zone=_VCENTER, words="COMPUTE_IMAGE_TYPE_VMDK"),)),
    Fault(name="mixed-aggregate", disturb=readings.mixed_aggregate,
          red=(Red(check="SCH-01", zone=_KVM, words="ssd"), Red(check="SCH-01", zone=_VCENTER, words="ssd"))),
    Fault(name="flavor-fits-nowhere-kvm",
          disturb=readings.inventory("compute-kvm", lambda held: held["MEMORY_MB"].update(max_unit=64)),
          red=(Red(check="FLV-01", zone=_KVM, words="fits on no node"),)),
    Fault(name="flavor-fits-nowhere-vcenter",
          disturb=readings.inventory("compute-vcenter", lambda held: held["MEMORY_MB"].update(max_unit=64)),
          red=(Red(check="FLV-01", zone=_VCENTER, words="fits on no node"),)),
    Fault(name="quota-too-small", disturb=readings.small_quota,
          red=(Red(check="FLV-01", zone=_KVM, words="quota"), Red(check="FLV-01", zone=_VCENTER, words="quota"))),
)  # fmt: skip


def _image(name: str, image: str, zone: str, check: str, words: str, **properties: object) -> Fault:
    return Fault(name=name, disturb=readings.image(image, **properties),
                 red=(Red(check=check, zone=zone, words=words),))  # fmt: skip


_IMAGES = (
    _image("no-hypervisor-type-kvm", "TestVM-KVM", _KVM, "SCH-02", "nothing keeps image", hypervisor_type=None),
    _image("no-hypervisor-type-vcenter", "TestVM-VMDK", _VCENTER, "SCH-02", "nothing keeps image",
           hypervisor_type=None),
    Fault(name="odd-container-kvm", disturb=readings.odd_image("TestVM-KVM"),
          red=(Red(check="IMG-01", zone=_KVM, words="container_format is ovf"),)),
    Fault(name="odd-container-vcenter", disturb=readings.odd_image("TestVM-VMDK"),
          red=(Red(check="IMG-01", zone=_VCENTER, words="container_format is ovf"),)),
    _image("no-disktype", "TestVM-VMDK", _VCENTER, "IMG-02", "streamOptimized", vmware_disktype=None),
    _image("wrong-adapter", "TestVM-VMDK", _VCENTER, "IMG-03", "adapterType", vmware_adaptertype="ide"),
    _image("kvm-network-card", "TestVM-VMDK", _VCENTER, "IMG-04", "virtio", hw_vif_model="virtio"),
    _image("distribution-overrides", "TestVM-VMDK", _VCENTER, "IMG-05", "overrides vmware_ostype",
           os_distro="ubuntu"),
    _image("too-large-kvm", "TestVM-KVM", _KVM, "IMG-06", "min_disk", min_disk=50),
    _image("too-large-vcenter", "TestVM-VMDK", _VCENTER, "IMG-06", "min_disk", min_disk=50),
)  # fmt: skip

_VSPHERE = (
    Fault(name="vcenter-not-verified",
          disturb=readings.environment(lambda fault: fault["vcenters"][0].update(insecure=True)),
          red=(Red(check="VC-01", zone=_VCENTER, words="without verifying"),)),
    Fault(name="vcenter-down", disturb=parts.stopped("vc1"),
          red=(Red(check="VC-01", zone=_VCENTER, words="does not answer"),
               Red(check="VC-02", zone=_VCENTER, words=_GONE, outcome="broken"),
               Red(check="VC-03", zone=_VCENTER, words=_GONE, outcome="broken"),
               Red(check="SVC-03", zone=_VCENTER, words=_GONE, outcome="broken"),
               Red(check="CON-01", zone=_VCENTER, words=_GONE, outcome="broken")),
          # Its nova-compute and cinder-volume notice within a minute and say so.
          also=(("SVC-01", _VCENTER), ("SVC-02", _VCENTER), ("SVC-04", _VCENTER))),
    Fault(name="wrong-vcenter-password",
          disturb=readings.environment(lambda fault: fault["vcenters"][0].update(password={"env": "HOME"})),
          red=(Red(check="VC-01", zone=_VCENTER, words="password"),
               Red(check="VC-02", zone=_VCENTER, words=_GONE, outcome="broken"),
               Red(check="VC-03", zone=_VCENTER, words=_GONE, outcome="broken"),
               Red(check="SVC-03", zone=_VCENTER, words=_GONE, outcome="broken"),
               Red(check="CON-01", zone=_VCENTER, words=_GONE, outcome="broken"))),
    Fault(name="hosts-in-maintenance",
          disturb=parts.both(*(
              parts.vcenter(f"/host?name=cluster1-esxi-{number}&maintenance=false",
                            f"/host?name=cluster1-esxi-{number}&maintenance=true") for number in (1, 2))),
          red=(Red(check="VC-02", zone=_VCENTER, words="no host"),),
          also=(("SVC-03", _VCENTER), ("FLV-01", _VCENTER), ("SVC-02", _VCENTER), ("SVC-01", _VCENTER))),
    Fault(name="datastore-regex-matches-nothing",
          disturb=readings.environment(lambda fault: fault["vcenters"][0].update(datastore_regex="nothing")),
          red=(Red(check="VC-03", zone=_VCENTER, words="matches none"),
               Red(check="SVC-03", zone=_VCENTER, words="regex"))),
    Fault(name="wrong-cluster-name",
          disturb=readings.environment(lambda fault: fault["vcenters"][0].update(cluster="Clustre")),
          red=(Red(check="VC-02", zone=_VCENTER, words="no cluster named Clustre"),)),
    Fault(name="datastore-full", disturb=parts.vcenter("/datastore?name=ds1&free=-1", "/datastore?name=ds1&free=1000"),
          red=(Red(check="VC-03", zone=_VCENTER, words="no matching datastore has"),)),
)  # fmt: skip

_LIBVIRT = (
    Fault(name="emulated-where-kvm-is-expected",
          disturb=parts.both(guests.ordinary(_KVM, "TestVM-KVM"),
                             readings.environment(lambda fault: _zone(fault, _KVM, hypervisor="kvm"))),
          red=(Red(check="KVM-01", zone=_KVM, words="emulated"),)),
    Fault(name="vm-paused-behind-nova", disturb=guests.paused_in_libvirt(),
          red=(Red(check="CON-01", zone=_KVM, words="victim-kvm"),)),
    Fault(name="vm-off-behind-nova-vcenter", disturb=guests.powered_off_in_vcenter(),
          red=(Red(check="CON-01", zone=_VCENTER, words="victim-vcenter"),)),
    Fault(name="guest-unknown-to-nova", disturb=guests.unknown_to_nova(),
          red=(Red(check="CON-01", zone=_KVM, words="unknown to Nova"),)),
)  # fmt: skip

_ACTING = (
    Fault(name="nothing-boots-kvm", disturb=parts.empty_image(_KVM, "qcow2"), select="BOOT-02 and kvm",
          red=(Red(check="BOOT-02", zone=_KVM, words="waited"),)),
    Fault(name="nothing-boots-vcenter", disturb=parts.empty_image(_VCENTER, "vmdk"), select="BOOT-02 and vcenter",
          red=(Red(check="BOOT-02", zone=_VCENTER, words="waited"),)),
    Fault(name="volume-unseen-kvm", disturb=parts.blind_image(_KVM, "qcow2"), select="VOL-02 and kvm",
          red=(Red(check="VOL-02", zone=_KVM, words="waited"),)),
    Fault(name="volume-unseen-vcenter", disturb=parts.blind_image(_VCENTER, "vmdk"), select="VOL-02 and vcenter",
          red=(Red(check="VOL-02", zone=_VCENTER, words="waited"),)),
    Fault(name="volume-backend-down-kvm", disturb=parts.stopped_volume_service("cinder-kvm"),
          select="VOL-01 and kvm", red=(Red(check="VOL-01", zone=_KVM, words="cinder"),)),
    Fault(name="volume-backend-down-vcenter", disturb=parts.stopped_volume_service("cinder-vmware"),
          select="VOL-01 and vcenter", red=(Red(check="VOL-01", zone=_VCENTER, words="cinder"),)),
    Fault(name="no-host-takes-servers-kvm", disturb=readings.disabled_compute("compute-kvm", "a fault"),
          select="BOOT-01 and kvm", red=(Red(check="BOOT-01", zone=_KVM, words="zone is not available"),)),
    Fault(name="no-host-takes-servers-vcenter", disturb=readings.disabled_compute("compute-vcenter", "a fault"),
          select="BOOT-01 and vcenter", red=(Red(check="BOOT-01", zone=_VCENTER, words="zone is not available"),)),
    Fault(name="polling-stopped-kvm", disturb=parts.stopped("ceilometer-compute-kvm"),
          select="MET-02 and kvm and memory", red=(Red(check="MET-02", zone=_KVM, words="ceilometer-polling"),)),
    Fault(name="polling-stopped-vcenter", disturb=parts.stopped("ceilometer-compute-vcenter"),
          select="MET-02 and vcenter and memory",
          red=(Red(check="MET-02", zone=_VCENTER, words="ceilometer-polling"),)),
    Fault(name="notifications-stopped", disturb=parts.stopped("ceilometer-agent-notification"),
          select="MET-01", red=(Red(check="MET-01", zone=_KVM, words="ceilometer-agent-notification"),
                                Red(check="MET-01", zone=_VCENTER, words="ceilometer-agent-notification"))),
    Fault(name="wrong-datastore", select="BOOT-03 and vcenter",
          disturb=readings.environment(lambda fault: fault["vcenters"][0].update(datastore_regex="nothing")),
          red=(Red(check="BOOT-03", zone=_VCENTER, words="datastore_regex"),)),
    Fault(name="metricd-stopped", disturb=parts.stopped("gnocchi-metricd"), select="MET-03 and kvm",
          red=(Red(check="MET-03", zone=_KVM, words="metricd"),)),
    Fault(name="no-dhcp", disturb=parts.stopped("neutron-dhcp-agent"), select="NET-02 and kvm",
          red=(Red(check="NET-02", zone=_KVM, words="address"),)),
)  # fmt: skip

_INSTANCES, _MOUNTS, _DATASTORE = (
    "compute-kvm/nova/instances",
    "compute-kvm/nova/mnt/planted",
    "vc1/datastores/ds1",
)


def _impatient(**budgets: float) -> Disturbance:
    return readings.environment(lambda fault: fault["budgets"].update(budgets))


_MIDWAY = (
    Fault(name="orphan-of-server-kvm", select="LIFE-05 and kvm",
          disturb=parts.both(_impatient(delete_s=40), midway.planted_beside_server("spare-kvm", _INSTANCES)),
          red=(Red(check="LIFE-05", zone=_KVM, words="_orphan"),)),
    Fault(name="orphan-of-server-vcenter", select="LIFE-05 and vcenter",
          disturb=parts.both(_impatient(delete_s=40), midway.planted_beside_server("spare-vcenter", _DATASTORE)),
          red=(Red(check="LIFE-05", zone=_VCENTER, words="_orphan"),)),
    Fault(name="orphan-of-volume-kvm", select="VOL-06 and kvm",
          disturb=parts.both(_impatient(delete_s=40),
                             midway.planted_beside_volume("volume-kvm", _MOUNTS, "volume-{}.orphan")),
          red=(Red(check="VOL-06", zone=_KVM, words=".orphan"),)),
    Fault(name="orphan-of-volume-vcenter", select="VOL-06 and vcenter",
          disturb=parts.both(_impatient(delete_s=40), midway.planted_beside_volume("volume-vcenter", _DATASTORE)),
          red=(Red(check="VOL-06", zone=_VCENTER, words="_orphan"),)),
    Fault(name="leftover-on-hypervisor", select="(BOOT-01 and kvm) or LEAK-01",
          disturb=midway.planted_beside_server("server-kvm", _INSTANCES),
          red=(Red(check="LEAK-01", zone=None, words="_orphan", outcome="leaked"),)),
    # Its guest has to come up first, or there is no time to change it.
    Fault(name="other-card-kvm", select="(BOOT-02 or BOOT-04) and kvm",
          disturb=midway.other_network_card("server-kvm"),
          red=(Red(check="BOOT-04", zone=_KVM, words="e1000"),)),
    Fault(name="disk-left-after-detaching", select="VOL-03 and kvm",
          disturb=midway.stale_disk("server-kvm", "volume-kvm"),
          red=(Red(check="VOL-03", zone=_KVM, words="is not attached"),)),
    Fault(name="volume-stays-reserved", select="VOL-04 and kvm",
          disturb=parts.both(_impatient(refusal_s=20), midway.reserved_volume("refused-kvm", held_s=40)),
          red=(Red(check="VOL-04", zone=_KVM, words="available again"),)),
    Fault(name="zones-cut-off-from-each-other", select="NET-03",
          disturb=parts.both(_impatient(reach_s=45), midway.isolated_from_each_other("server-kvm", "server-vcenter")),
          red=(Red(check="NET-03", zone=_KVM, words="in zone vcenter"),
               Red(check="NET-03", zone=_VCENTER, words="in zone kvm"))),
)  # fmt: skip

_ANYWHERE = {"hypervisor_type": None, "hw_vif_model": None}
_MISLED = (
    Fault(name="image-lands-on-the-other-hypervisor", select="SCH-03 and vcenter",
          disturb=parts.both(readings.image("TestVM-VMDK", **_ANYWHERE),
                             readings.disabled_compute("compute-vcenter", "so that the scheduler has one choice")),
          red=(Red(check="SCH-03", zone=_VCENTER, words="nothing tells the scheduler"),)),
    Fault(name="image-of-the-other-hypervisor-let-in", select="SCH-04 and kvm",
          disturb=readings.image("TestVM-VMDK", **_ANYWHERE),
          red=(Red(check="SCH-04", zone=_KVM, words="SCH-02"),)),
    Fault(name="short-lived-tokens", disturb=parts.short_tokens(),
          red=(Red(check="API-02", zone=None, words="a token lives 120 s"),)),
)  # fmt: skip

CATALOGUE = (*_API, *_PLACEMENT, *_IMAGES, *_VSPHERE, *_LIBVIRT, *_ACTING, *_MIDWAY, *_MISLED)
