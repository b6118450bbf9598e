"""A vCenter zone and a KVM zone in which nothing is wrong, to be given one fault each."""

from dataclasses import replace
from typing import Any

from ostf_dual.cloud.flavors import FlavorFacts
from ostf_dual.cloud.images import ImageFacts
from ostf_dual.cloud.placement import InventoryFacts, ProviderFacts
from ostf_dual.cloud.servers import Server
from ostf_dual.cloud.services import ServiceFacts
from ostf_dual.diagnosis.findings import Case, Findings
from ostf_dual.environment.model import Hypervisor
from ostf_dual.hypervisors.probe import Guest, Power

SERVER = "5e41f0a3-9f6c-4a55-8b0e-2a8f6d0a1c11"


def service(binary: str, host: str, **other: Any) -> ServiceFacts:
    project = (
        "neutron" if binary.startswith("neutron") else "cinder" if binary.startswith("cinder") else "nova"
    )
    return ServiceFacts(
        **{"project": project, "binary": binary, "host": host, "zone": None, "is_up": True, "is_enabled": True, **other}
    )  # fmt: skip


WELL = (
    service("nova-compute", "esx-1"),
    service("nova-compute", "kvm-1"),
    service("nova-scheduler", "controller"),
    service("cinder-volume", "esx-1@vmdk"),
    service("neutron-dhcp-agent", "controller"),
)
ROOMY = {name: InventoryFacts(total=100, max_unit=100) for name in ("VCPU", "MEMORY_MB", "DISK_GB")}
SMALL = FlavorFacts(id="f", name="small", vcpus=1, ram_mib=64, disk_gib=1)
IMAGE = ImageFacts(
    id="i",
    name="TestVM",
    status="active",
    disk_format="vmdk",
    container_format="bare",
    size_bytes=1,
    properties={"hypervisor_type": "vmware"},
)


def server(**other: Any) -> Server:
    return Server(
        **{"id": SERVER, "name": "ostf-1-server-esx", "status": "ACTIVE", "zone": "esx", "host": "esx-1", "node": "n",
           "task_state": None, "fault": None, "launched_at": None, **other}
    )  # fmt: skip


def guest(power: Power = Power.RUNNING) -> Guest:
    return Guest(
        id=SERVER, name="vm (5e41)", power=power, host="domain-c8", vcpus=1, memory_mib=64, disks=(), nics=()
    )


def case(check: str, message: str = "", hypervisor: Hypervisor = Hypervisor.VCENTER, **found: Any) -> Case:
    """A failed check in a zone that is well but for what is given."""
    vcenter = hypervisor is Hypervisor.VCENTER
    host = "esx-1" if vcenter else "kvm-1"
    given = tuple(found.pop("services", ()))
    known = {(each.binary, each.host) for each in given}
    services = (*given, *(each for each in WELL if (each.binary, each.host) not in known))
    findings = Findings(
        **{
            "services": services, "flavor": SMALL, "image": IMAGE, "candidates": frozenset({"p"}),
            "providers": (ProviderFacts(id="p", name=f"node-of-{host}", inventories=ROOMY),), **found,
        }
    )  # fmt: skip
    made = Case(check=check, message=message, zone="esx" if vcenter else "kvm", hypervisor=hypervisor, hosts=(host,),
                volume_services=("esx-1@vmdk",) if vcenter else (), findings=findings)  # fmt: skip
    return replace(made, vcenter="vc.example:443" if vcenter else "")
