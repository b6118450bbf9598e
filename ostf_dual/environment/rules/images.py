"""Rules on the test images: by its name a user sees which hypervisor runs it."""

from collections.abc import Iterator

from ostf_dual.environment.definition import Environment
from ostf_dual.environment.model import Hypervisor
from ostf_dual.environment.roles import SPEC
from ostf_dual.environment.rules.model import OURS, Problem

_LIBVIRT_FORMATS = ("qcow2", "raw")


def problems(environment: Environment) -> Iterator[Problem]:
    """The problems of the images; where none is listed the deployer makes TestVM-KVM and TestVM-VMDK."""
    images = environment.images
    first: dict[str, int] = {}
    for number, image in enumerate(images):
        wanted = ("vmdk",) if image.hypervisor is Hypervisor.VCENTER else _LIBVIRT_FORMATS
        if image.disk_format not in wanted:
            yield Problem(
                path=f"images.{number}.disk_format",
                source=SPEC,
                message=f"image {image.name} is for "
                f"{image.hypervisor}: wanted {' or '.join(wanted)}, not {image.disk_format}",
            )
        if first.setdefault(image.name, number) != number:
            yield Problem(
                path=f"images.{number}.name",
                source=SPEC,
                message=f"two images are called {image.name}: a "
                "user must see by the name which hypervisor runs it",
            )
    has_libvirt = any("compute" in node.roles for node in environment.nodes)
    if not images or not has_libvirt or environment.vmware is None:
        return
    for is_there, name in (
        (any(image.hypervisor.is_libvirt for image in images), f"{environment.hypervisor} (TestVM-KVM)"),
        (any(image.hypervisor is Hypervisor.VCENTER for image in images), "vCenter (TestVM-VMDK)"),
    ):
        if not is_there:
            yield Problem(
                path="images", message=f"both hypervisors are there, and no image is for {name}", source=SPEC
            )
    unknown = (number for number, image in enumerate(images) if image.hypervisor is Hypervisor.UNKNOWN)
    for number in unknown:
        yield Problem(path=f"images.{number}.hypervisor", message="wanted kvm, qemu or vcenter", source=OURS)
