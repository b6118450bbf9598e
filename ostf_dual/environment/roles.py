"""The roles, as data: who may share a node with whom, what a node with a role needs, and where that is from."""

from dataclasses import dataclass
from typing import Final

from ostf_dual.environment.release import Release, RuleBook

SPEC: Final = 'Fuel spec "VMware: dual hypervisor support"'
NAILGUN: Final = "Nailgun, nailgun/fixtures/openstack.yaml"
ANY: Final = "*"

VCENTER_COMPUTE, COMPUTE_VMWARE, CINDER_VMWARE = "vcenter-compute", "compute-vmware", "cinder-vmware"
"""The spec's role, Nailgun's later name of it, and the volume service for vCenter."""

VCENTER_COMPUTES: Final = frozenset({VCENTER_COMPUTE, COMPUTE_VMWARE})
VMWARE_ROLES: Final = VCENTER_COMPUTES | {CINDER_VMWARE}
"""Roles that are there for vCenter alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role.

    Attributes:
        partitions: Volumes of a node's disks that it wants, by Nailgun's names.
        since: First Fuel release that has it; None: all.
        until: Last Fuel release that has it; None: all.
        least: How many nodes there must be.
        recommended: How many there should be with high availability.
        most: How many there may be; None: any number.
        most_when_simple: The same without high availability.
        is_highly_available: Whether another node takes over what it does.
        fuel_only: Whether today's OpenStack has no such role.
    """

    name: str
    partitions: tuple[str, ...]
    source: str
    since: Release | None = None
    until: Release | None = None
    least: int = 0
    recommended: int = 0
    most: int | None = None
    most_when_simple: int | None = None
    is_highly_available: bool = False
    fuel_only: bool = False

    def is_known_to(self, book: RuleBook, release: Release) -> bool:
        """Whether a release has it."""
        if book is RuleBook.OPENSTACK:
            return not self.fuel_only
        return (self.since or release) <= release <= (self.until or release)

    def limit(self, *, is_highly_available: bool) -> int | None:
        """How many nodes may have it; None: any number."""
        return self.most if is_highly_available or self.most_when_simple is None else self.most_when_simple


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two roles that may not share a node; ``other`` may be ANY. None for a bound: none."""

    role: str
    other: str
    source: str
    book: RuleBook | None = None
    since: Release | None = None
    until: Release | None = None

    def holds(self, book: RuleBook, release: Release) -> bool:
        """Whether it is a rule of this book and release."""
        if self.book not in {None, book}:
            return False
        return book is RuleBook.OPENSTACK or (self.since or release) <= release <= (self.until or release)


ROLES: Final = (
    Role(name="controller", partitions=("os", "logs", "image", "mysql", "horizon"), source=NAILGUN,
         least=1, recommended=3, is_highly_available=True),
    Role(name="compute", partitions=("os", "vm"), source=NAILGUN),
    Role(name=VCENTER_COMPUTE, partitions=("os",), source=SPEC),
    Role(name=COMPUTE_VMWARE, partitions=("os",), source=NAILGUN, since=(7, 0), fuel_only=True),
    Role(name="cinder", partitions=("os", "cinder"), source=NAILGUN),
    Role(name="cinder-block-device", partitions=("os", "cinder-block-device"), source=NAILGUN, since=(8, 0),
         fuel_only=True),
    Role(name=CINDER_VMWARE, partitions=("os",), source="Fuel spec 6.1/cinder-vmdk-role", since=(6, 1),
         recommended=2, is_highly_available=True),
    Role(name="ceph-osd", partitions=("os", "ceph", "cephjournal"), source=f"{NAILGUN}, storage.osd_pool_size",
         recommended=3),
    Role(name="mongo", partitions=("os", "mongo"), source=NAILGUN, recommended=3, most_when_simple=1),
    Role(name="zabbix-server", partitions=("os",), until=(9, 1), most=1,
         source=f"{SPEC}; Nailgun 6.1, limits of roles; Nailgun 9.2 has it no more"),
    Role(name="base-os", partitions=("os",), source=NAILGUN),
    Role(name="virt", partitions=("os", "vm"), source=NAILGUN, since=(7, 0), fuel_only=True),
    Role(name="ironic", partitions=("os",), source=NAILGUN, since=(8, 0), recommended=3),
)  # fmt: skip

CONFLICTS: Final = (
    *(Conflict(role=VCENTER_COMPUTE, other=other, source=SPEC) for other in ("compute", "mongo", "zabbix-server")),
    Conflict(role=COMPUTE_VMWARE, other=ANY, source="Nailgun e57860124", book=RuleBook.FUEL, until=(7, 0)),
    *(Conflict(role=COMPUTE_VMWARE, other=other, source="Nailgun b93d62a31", book=RuleBook.FUEL, since=(8, 0))
      for other in ("controller", "compute", "cinder", "cinder-block-device", "ceph-osd", "mongo", "base-os", "virt",
                    "ironic")),
    Conflict(role="controller", other="compute", source=NAILGUN, book=RuleBook.FUEL),
    Conflict(role="mongo", other="compute", source=NAILGUN, book=RuleBook.FUEL),
    Conflict(role="mongo", other="ceph-osd", source=NAILGUN, book=RuleBook.FUEL),
    *(Conflict(role="cinder-block-device", other=other, source=NAILGUN, book=RuleBook.FUEL)
      for other in ("controller", "cinder", CINDER_VMWARE, "ceph-osd")),
    *(Conflict(role="virt", other=other, source=NAILGUN, book=RuleBook.FUEL) for other in ("controller", "base-os")),
    Conflict(role="ironic", other="compute", source=NAILGUN, book=RuleBook.FUEL),
)  # fmt: skip

BY_NAME: Final = {each.name: each for each in ROLES}
