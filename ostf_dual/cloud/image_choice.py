"""Which image the servers of a zone are made from."""

from collections.abc import Sequence

from ostf_dual.cloud.asking import Choice
from ostf_dual.cloud.images import FOR_EVERY_PROJECT, ImageFacts, is_test_vm
from ostf_dual.environment.model import Hypervisor
from ostf_dual.errors import NotConfiguredError, NotDeployedError

_USUAL_ARCHITECTURES = frozenset({None, "x86_64", "amd64"})


def choose_image(
    images: Sequence[ImageFacts],
    hypervisor: Hypervisor,
    wanted: str | None,
    zone: str,
    *,
    raw_only: bool = False,
) -> Choice[ImageFacts]:
    """The image for a zone's servers, and why it.

    Where none is given, no image of another project is taken, nor what Nova kept of somebody's server.

    Args:
        images: Those that the project sees.
        hypervisor: The zone's.
        wanted: Name or id that the environment gives.
        zone: The zone's name, for messages.
        raw_only: Whether a node of the zone takes no qcow2, so that a raw image is to be preferred.

    Raises:
        NotDeployedError: There is none; says what was looked for.
        NotConfiguredError: What to look for is not known.
    """
    if wanted is not None:
        given = [image for image in images if wanted in {image.id, image.name}]
        if not given:
            raise NotDeployedError(f"zones.{zone}.image is {wanted!r}: the project sees no such image")
        # Several may have that name: one for each hypervisor, or another project's.
        chosen = min(given, key=lambda image: (image.is_anothers, not image.suits(hypervisor), *_rank(image)))
        return Choice(chosen, "given by the environment")
    if hypervisor is Hypervisor.UNKNOWN:
        raise NotConfiguredError(
            f"zones.{zone}: its hypervisor is unknown, so is the kind of image; give `hypervisor` or `image`"
        )
    fitting = [image for image in images if image.suits(hypervisor)]
    suitable = [image for image in fitting if not image.is_anothers and not image.is_of_server]
    if not suitable:
        raise NotDeployedError(
            f"zone {zone}: there is no image for {hypervisor}; {_looked_for(hypervisor, zone, len(fitting))}"
        )
    chosen = min(suitable, key=lambda image: (raw_only and image.disk_format != "raw", *_rank(image)))
    preference = "named TestVM, one" if is_test_vm(chosen) else "the smallest"
    because = f"{preference} of {len(suitable)} that suit {hypervisor} by format and properties"
    if raw_only:
        because += "; a node of the zone takes raw images alone, by Placement's traits"
        because += "" if chosen.disk_format == "raw" else ", and there is none"
    return Choice(chosen, because)


def _looked_for(hypervisor: Hypervisor, zone: str, left_out: int) -> str:
    kind = (
        "a VMDK image with hypervisor_type=vmware or vmware_* properties"
        if hypervisor is Hypervisor.VCENTER
        else "a qcow2 or raw image that is not marked for VMware"
    )
    if not left_out:
        return f"looked for {kind}"
    return (
        f"looked for {kind}, and left out {left_out} of other projects or from snapshots of servers: if one of them "
        f"is meant, give it as zones.{zone}.image"
    )


def _rank(image: ImageFacts) -> tuple[bool, bool, bool, bool, bool, bool, int, str]:
    """Ours and whole first, for usual processors, made for checks, that says whom it is for; then the smallest.

    One that is for every project goes before one that is ours alone, which a run's own project would not see.
    """
    return (
        image.is_anothers,
        not image.is_whole,
        image.architecture not in _USUAL_ARCHITECTURES,
        not is_test_vm(image),
        image.hypervisor_type is None and not image.is_marked_vmware,
        image.visibility not in FOR_EVERY_PROJECT,
        image.size_bytes or 0,
        image.id,
    )
