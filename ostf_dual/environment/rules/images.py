"""Rules on the test images: by its name a user sees which hypervisor runs it."""

from collections.abc import Iterator

from ostf_dual.environment.definition import Environment
from ostf_dual.environment.model import Hypervisor
from ostf_dual.environment.roles import SPEC
from ostf_dual.environment.rules.model import Problem, Rule

FORMAT = Rule(id="image-format", says="vCenter boots vmdk; KVM and QEMU boot qcow2 or raw.", source=SPEC)
NAMES = Rule(
    id="image-names", says="No two images have one name: it tells which hypervisor runs them.", source=SPEC
)
BOTH = Rule(
    id="image-for-each-hypervisor",
    says="With both hypervisors there is an image for each: TestVM-KVM and TestVM-VMDK.",
    source=SPEC,
)
HYPERVISOR = Rule(id="image-hypervisor", says="An image is for kvm, qemu or vcenter.")
RULES = (FORMAT, NAMES, BOTH, HYPERVISOR)

_LIBVIRT_FORMATS = ("qcow2", "raw")


def problems(environment: Environment) -> Iterator[Problem]:
    """The problems of the images; where none is listed the deployer makes TestVM-KVM and TestVM-VMDK."""
    first: dict[str, int] = {}
    for number, image in enumerate(environment.images):
        path = f"images.{number}"
        if image.hypervisor is Hypervisor.UNKNOWN:
            yield HYPERVISOR.broken(f"{path}.hypervisor", "wanted kvm, qemu or vcenter")
        wanted = ("vmdk",) if image.hypervisor is Hypervisor.VCENTER else _LIBVIRT_FORMATS
        if image.disk_format not in wanted:
            yield FORMAT.broken(
                f"{path}.disk_format",
                f"image {image.name} is for {image.hypervisor}: wanted {' or '.join(wanted)}, "
                f"not {image.disk_format}",
            )
        if first.setdefault(image.name, number) != number:
            yield NAMES.broken(
                f"{path}.name",
                f"two images are called {image.name}: a user must see by the name which hypervisor runs it",
            )
    yield from _for_each_hypervisor(environment)


def _for_each_hypervisor(environment: Environment) -> Iterator[Problem]:
    images = environment.images
    has_libvirt = any("compute" in node.roles for node in environment.nodes)
    if not images or not has_libvirt or environment.vmware is None:
        return
    for is_there, name in (
        (any(image.hypervisor.is_libvirt for image in images), f"{environment.hypervisor} (TestVM-KVM)"),
        (any(image.hypervisor is Hypervisor.VCENTER for image in images), "vCenter (TestVM-VMDK)"),
    ):
        if not is_there:
            yield BOTH.broken("images", f"both hypervisors are there, and no image is for {name}")
