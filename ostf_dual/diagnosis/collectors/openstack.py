"""What OpenStack's services say of themselves, of room, and of what servers are made from."""

from dataclasses import asdict

from ostf_dual.cloud.flavors import flavor_faults, flavor_warnings, quota_faults, quotas, size_faults
from ostf_dual.cloud.images import ImageFacts, image_faults
from ostf_dual.cloud.placement import providers
from ostf_dual.cloud.services import ServiceFacts
from ostf_dual.cloud.symptoms import candidates, image_now, services_now, volumes_of_run
from ostf_dual.cloud.vmware_images import guest_id_fault, kvm_only_faults
from ostf_dual.diagnosis.findings import Findings
from ostf_dual.diagnosis.subject import Collected, Subject
from ostf_dual.environment.model import Hypervisor


def services(subject: Subject) -> Collected:
    """Who is up and enabled now, and why the others are not."""
    found = services_now(subject.admin)
    lines = map(_service, found)
    return Collected(findings=Findings(services=found), evidence={"services": "\n".join(lines)})


def _service(service: ServiceFacts) -> str:
    enabled = "enabled" if service.is_enabled else f"DISABLED: {service.disabled_reason or 'no reason given'}"
    state = "up" if service.is_up else "DOWN"
    return f"{service.project:<8} {service.binary:<26} {service.host:<28} {state:<5} {enabled}"


def placement(subject: Subject) -> Collected:
    """What the zone's nodes offer, and whether Placement would offer any of them for the zone's flavor."""
    zone, admin = subject.zone, subject.admin
    nodes = providers(admin, zone.nodes)
    offered = frozenset(candidates(admin, zone.flavor.resources))
    told = [
        {
            "node": node.name,
            "is a candidate for the flavor": node.id in offered,
            "inventories": {name: asdict(held) for name, held in node.inventories.items()},
            "traits": sorted(trait for trait in node.traits if "IMAGE_TYPE" in trait),
        }
        for node in nodes
    ]
    return Collected(
        findings=Findings(providers=nodes, candidates=offered),
        evidence={"Placement": {"flavor": str(zone.flavor), "nodes": told}},
    )


def image_and_flavor(subject: Subject) -> Collected:
    """What the zone's servers are made from, as Glance has it now, and what its driver has against it."""
    zone = subject.zone
    image, flavor = image_now(subject.cloud.project, zone.image.id), zone.flavor
    lint = (
        *image_faults(image, zone.hypervisor),
        *size_faults(image, flavor),
        *flavor_faults(flavor, zone.hypervisor),
        *flavor_warnings(flavor),
        *quota_faults(quotas(subject.cloud.project), flavor),
        *(_vmware_faults(image) if zone.hypervisor is Hypervisor.VCENTER else ()),
    )
    told = {"image": asdict(image), "flavor": asdict(flavor), "lint": list(lint) or "nothing"}
    return Collected(
        findings=Findings(image=image, flavor=flavor, lint=lint), evidence={"image and flavor": told}
    )


def _vmware_faults(image: ImageFacts) -> tuple[str, ...]:
    from ostf_dual.hypervisors.vcenter import guest_ids  # pyvmomi, where there is a vCenter

    guest_id = guest_id_fault(image.properties, guest_ids())
    return (*kvm_only_faults(image.properties), *((guest_id,) if guest_id else ()))


def volumes(subject: Subject) -> Collected:
    """The run's volumes, and what Cinder says of those in error."""
    found = volumes_of_run(subject.cloud, subject.run_id)
    evidence = {"volumes": [asdict(each) for each in found]} if found else {}
    return Collected(findings=Findings(volumes=found), evidence=evidence)
