"""From the wish for a server to a host that takes it: quota, scheduler, Placement, image and flavor."""

from ostf_dual.cloud.placement import fit_faults
from ostf_dual.cloud.scheduling import refusal
from ostf_dual.diagnosis.findings import Case
from ostf_dual.diagnosis.rules.model import Rule, When, Words, said, server_of

_PLACED = frozenset({"BOOT", "SCH", "LIFE", "NET", "VOL", "MET"})
_MADE = _PLACED | {"IMG", "FLV"}
_NO_HOST = ("No valid host", "NoValidHost", "not enough hosts available")


def _finds_no_host(case: Case) -> bool:
    return any(words in case.words for words in _NO_HOST)


def _no_room(case: Case) -> Words | None:
    """No host, and Placement says why: what the flavor asks for is not there."""
    flavor = case.findings.flavor
    if flavor is None or not (_finds_no_host(case) or case.family == "FLV"):
        return None
    faults = {node.name: fit_faults(node, flavor.resources) for node in case.findings.providers}
    if not faults or not all(faults.values()):
        return None
    told = "; ".join(f"{node}: {', '.join(why)}" for node, why in faults.items())
    wanted = " ".join(f"--resource {name}={amount}" for name, amount in flavor.resources.items())
    return {"flavor": str(flavor), "told": told, "wanted": wanted}


def _refused(case: Case) -> Words | None:
    """No host, and the image says that it is for another hypervisor."""
    image = case.findings.image
    why = refusal(image, case.hypervisor) if image is not None and _finds_no_host(case) else None
    return None if why is None or image is None else {"image": str(image), "why": why, "id": image.id}


def _filtered(case: Case) -> Words | None:
    """No host although there is room: a filter took them all."""
    offered = case.findings.candidates
    if not _finds_no_host(case) or offered is None:
        return None
    ours = [node.name for node in case.findings.providers if node.id in offered]
    return {"nodes": ", ".join(ours), "server": server_of(case)} if ours else None


def _lint(*words: str, when_said: str = "") -> When:
    """Holds where image or flavor have a fault told in these words, and, if given, that was said of the server."""
    heard = said(when_said) if when_said else None

    def when(case: Case) -> Words | None:
        faults = (*case.findings.lint, *case.message.splitlines())
        found = next(
            (fault.partition(";")[0] for fault in faults if all(word in fault for word in words)), None
        )
        if found is None or (heard is not None and case.family in _PLACED and heard(case) is None):
            return None
        image = case.findings.image
        return {"fault": found, "image": image.id if image else "IMAGE"}

    return when


PLACING = (
    Rule(
        name="quota",
        kind="scheduling",
        when=said(r"quota exceeded|quota of [\w ()]+ is \d+ with"),
        text="the project's quota does not allow another server",
        command="openstack quota show --usage",
        source="nova.exception.OverQuota; leftovers of aborted runs eat quota",
        families=_MADE,
    ),
    Rule(
        name="no-room",
        kind="scheduling",
        when=_no_room,
        text="no node of zone {zone} has room for {flavor}: {told}",
        command="openstack allocation candidate list {wanted}",
        source="Placement's inventories; DISK_GB's max_unit is the largest free datastore, not their sum",
        families=_PLACED | {"FLV"},
    ),
    Rule(
        name="image-for-another-hypervisor",
        kind="image",
        when=_refused,
        text="the scheduler keeps {image} from zone {zone}: {why}",
        command="openstack image show {id} -c properties",
        source="nova.scheduler.filters.image_props_filter, on by default",
        families=_PLACED,
    ),
    Rule(
        name="zone-not-available",
        kind="scheduling",
        when=said(r"availability zone is not available"),
        text="Nova knows no host in zone {zone} that is up and enabled: look at its aggregate and its computes",
        command="openstack aggregate list --long; openstack compute service list --service nova-compute",
        source="nova.compute.api: a zone is available while one enabled service of it is up",
        families=_PLACED,
    ),
    Rule(
        name="filtered-out",
        kind="scheduling",
        when=_filtered,
        text="Placement offers {nodes}, and the scheduler's filters leave none of them",
        command="grep -h 'returned 0 hosts' /var/log/nova/nova-scheduler.log | tail",
        source="nova.filters: each filter logs how many hosts it leaves",
        families=_PLACED,
    ),
    Rule(
        name="memory-not-a-multiple-of-4",
        kind="image",
        when=said(r"memory size is not multiple of 4|RAM of \d+ MiB is not a multiple of 4"),
        text="vCenter takes no memory that is not a multiple of 4 MiB: choose another flavor for zone {zone}",
        command="openstack flavor list --all --long",
        source="run with Nova 34: InstanceUnacceptable; the same flavor works on KVM",
        families=_MADE,
    ),
    Rule(
        name="disk-bus-unsupported",
        kind="image",
        when=said(r"UnsupportedHardware|requested hardware '(?P<model>[\w-]+)' is not supported"),
        text="the server's block device asks for a bus that the driver of zone {zone} does not have",
        command="openstack server event list {server}",
        source="run with Nova 34: UnsupportedHardware for disk_bus virtio and scsi",
        families=_MADE,
    ),
    Rule(
        name="network-card-for-kvm",
        kind="image",
        when=said(r"(?:hw_vif_model=)?(?P<model>virtio|rtl8139|ne2k_pci)\b[^\n]{0,40}is not supported"),
        text="the image asks for network card {model}, which the VMware driver refuses",
        command="openstack image list --property hw_vif_model={model}   # then: openstack image set --property"
        " hw_vif_model=VirtualVmxnet3 IMAGE",
        source="run with Nova 34: Invalid: virtio is not supported (nova.virt.vmwareapi.vif)",
        families=_MADE,
    ),
    Rule(
        name="guest-id-unknown",
        kind="image",
        when=_lint("not a guestId of vSphere", when_said=r"specified parameter was not correct"),
        text="{fault}",
        command="openstack image show {image} -c properties",
        source="run with Nova 34: os_distro is the current name of vmware_ostype and overrides it",
        families=_MADE,
    ),
    Rule(
        name="disk-type-wrong",
        kind="image",
        when=said(r"(?P<why>vmware_disktype[^\n;]*|disk type [^\n]* not supported)"),
        text="Nova takes the image's disk for what it is not: {why}",
        command="openstack image list --property hypervisor_type=vmware --long   # then: openstack image set"
        " --property vmware_disktype=streamOptimized IMAGE",
        source="nova.virt.vmwareapi.images.VMwareImage.from_image: the default is preallocated",
        families=_MADE,
    ),
    Rule(
        name="image-too-large",
        kind="image",
        when=_lint(" GiB, and flavor"),
        text="{fault}",
        command="openstack image show {image} -c min_disk -c virtual_size; openstack flavor list --long",
        source="nova.exception.FlavorDiskSmallerThanImage; on vCenter InstanceUnacceptable",
        families=_MADE,
    ),
    Rule(
        name="image-not-whole",
        kind="image",
        when=_lint("its status is"),
        text="the image cannot be used: {fault}",
        command="openstack image show {image}",
        source="Glance: an upload that was broken off stays queued, a deactivated image answers 403",
        families=_MADE,
    ),
    Rule(
        name="nothing-steers-the-image",
        kind="scheduling",
        when=said(r"nothing keeps image|nothing tells the scheduler|look at SCH-02"),
        text="nothing tells the scheduler for which hypervisor the image is, so it may go to either",
        command="openstack image list --long --property hypervisor_type=vmware   # images for vCenter have it,"
        " images for KVM hypervisor_type=qemu",
        source="run with Nova 34: ImagePropertiesFilter lets an image without hypervisor_type pass on both",
        families=frozenset({"SCH"}),
    ),
    Rule(
        name="another-hypervisor-than-expected",
        kind="scheduling",
        when=said(
            r"expected to run (?P<wanted>\w+)[^\n]*os-hypervisors says (?P<found>[^\n]+?) for (?P<host>[^\s:,]+)"
        ),
        text="{host} runs {found}, and the environment file expects {wanted}: one of the two is wrong",
        command="openstack hypervisor list --long; openstack aggregate list --long",
        source="os-hypervisors says what the driver of nova-compute is",
        families=frozenset({"SVC"}),
    ),
    Rule(
        name="inventory-stale",
        kind="service",
        when=said(r"(?P<why>Placement says DISK_GB total=\d+|offers no [A-Z_]+)"),
        text="nova-compute no longer reports what its hypervisor has ({why})",
        command="openstack resource provider inventory list PROVIDER; grep 'Error updating resources'"
        " /var/log/nova/nova-compute.log",
        source="run with Nova 34: LOG.exception swallows it, and the service stays up",
        families=frozenset({"SVC", "FLV"}),
    ),
)
