"""The cloud as seen from one zone and one hypervisor in it: what a check takes."""

from functools import cached_property
from typing import TYPE_CHECKING

from ostf_dual.cloud.entries import accesses_to, no_entry, vcenter_serving, without_access
from ostf_dual.cloud.flavors import FlavorFacts
from ostf_dual.cloud.images import ImageFacts
from ostf_dual.cloud.placement import ProviderFacts, providers
from ostf_dual.cloud.portrait import Facts, portrait_of_zone
from ostf_dual.environment.model import Budgets, Hypervisor, LibvirtAccess, VCenterAccess, ZoneSettings
from ostf_dual.environment.sizes import GIB
from ostf_dual.errors import NotConfiguredError, OstfError, UnsupportedError

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.discovery import ZoneFacts
    from ostf_dual.cloud.services import ServiceFacts
    from ostf_dual.cloud.zoning import Part
    from ostf_dual.hypervisors.probe import Probe
    from ostf_dual.hypervisors.vcenter import VCenter


class Zone:
    """An availability zone, or one hypervisor's part of it.

    Attributes:
        label: The zone's name, or NAME.libvirt / NAME.vcenter where a zone mixes; ids of results hang on it.
        hosts: Of its nova-compute services.
        nodes: ``hypervisor_hostname`` of each.
    """

    def __init__(self, cloud: "Cloud", facts: "ZoneFacts") -> None:
        self.cloud, self._facts = cloud, facts
        self.label, self.name = facts.part.label, facts.part.zone
        self.hosts = facts.part.hosts
        self.nodes = tuple(node.name for node in facts.part.nodes)

    def __repr__(self) -> str:
        # Allure keys a result's history on it.
        return self.label

    @cached_property
    def hypervisor(self) -> Hypervisor:
        """What runs its servers; libvirt is kvm or qemu by the witness's word, else by the environment's."""
        known = self._facts.part.hypervisor
        if known is not Hypervisor.LIBVIRT:
            return known
        expected = self.settings.hypervisor
        known = expected if expected and expected.is_libvirt else known
        try:
            seen = self.probe.hypervisor
        except OstfError:
            return known
        return known if seen is Hypervisor.LIBVIRT else seen

    @property
    def loss(self) -> str:
        """What it means that all its nova-computes are gone; empty where that is plain."""
        if self.hypervisor is not Hypervisor.VCENTER or not self.hosts:
            return ""
        nodes = ", ".join(self.cloud.access.nodes.get(host, host) for host in self.hosts)
        return (
            f". A vcenter-compute has no high availability: until node {nodes} is back, zone {self.name} takes no "
            "servers, and those there cannot be managed, though their guests run on"
        )

    @property
    def told_hosts(self) -> str:
        """Its hosts, to be named in a message."""
        return ", ".join(self.hosts) or f"any host of zone {self.label}"

    @property
    def settings(self) -> ZoneSettings:
        """What the environment says of it."""
        return self.cloud.access.zones.get(self.name, ZoneSettings())

    @cached_property
    def budgets(self) -> Budgets:
        """How long operations may take."""
        access = self.cloud.access
        return access.budgets_of(self.hypervisor) if access.hypervisor_budgets else access.budgets

    @property
    def part(self) -> "Part":
        """What Nova says of it."""
        return self._facts.part

    @property
    def portrait(self) -> Facts:
        """What it consists of, for reports."""
        return portrait_of_zone(self)

    @property
    def services(self) -> "tuple[ServiceFacts, ...]":
        """The services that serve it alone: its nova-compute, its volumes' cinder-volume, its hosts' agents.

        Raises:
            NotConfiguredError: No admin rights.
            OstfError: They could not be asked for.
        """
        every = self.cloud.discovery().readings.services()
        return tuple(service for service in every if self.is_served_by(service))

    def is_served_by(self, service: "ServiceFacts") -> bool:
        """Whether a service serves this zone, and no other."""
        if service.project == "cinder":
            return service.binary == "cinder-volume" and service.host in self.volume_services
        return not service.is_control and service.host in self.hosts

    @cached_property
    def providers(self) -> tuple[ProviderFacts, ...]:
        """Its nodes as Placement knows them, asked once: four requests each.

        Raises:
            NotConfiguredError: No admin rights.
            OstfError: Placement does not answer.
        """
        return providers(self.cloud.required_admin(), self.nodes)

    @property
    def image(self) -> ImageFacts:
        """What its servers are made from.

        Raises:
            NotDeployedError: There is none; says what was looked for.
        """
        return self._facts.image.get().value

    @property
    def flavor(self) -> FlavorFacts:
        """What its servers get.

        Raises:
            NotDeployedError: There is none.
            UnsupportedError: None has a disk, as where all servers boot from volumes.
        """
        return self._facts.flavor.get().value

    @property
    def root_disk_bytes(self) -> int:
        """What a server of it takes where root disks are kept; 0: no flavor has a disk, or the one given.

        Raises:
            NotDeployedError: There is no flavor.
        """
        try:
            return self.flavor.disk_gib * GIB
        except UnsupportedError:
            return 0

    @property
    def volume_type(self) -> str:
        """The name of the volume type whose volumes its servers can take.

        Raises:
            NotDeployedError: There is none.
            NotConfiguredError: It cannot be told which.
        """
        return self._facts.volume_type.get().value.name

    @property
    def volume_services(self) -> tuple[str, ...]:
        """The cinder-volume services behind that type, by host; empty where they cannot be told."""
        choice = self._facts.volume_type.value
        return choice.value.services if choice else ()

    @cached_property
    def probe(self) -> "Probe":
        """The second witness. Making it asks nothing yet.

        Raises:
            NotConfiguredError: There is no access to it; names the missing key.
        """
        if self._facts.part.hypervisor is Hypervisor.VCENTER:
            from ostf_dual.hypervisors.vcenter import VCenterProbe  # pyvmomi takes 0.2 s

            return VCenterProbe(self.vcenter, lambda: self.clusters)
        if self._facts.part.hypervisor is Hypervisor.UNKNOWN:
            raise NotConfiguredError(
                f"zones.{self.name}.hypervisor: unknown, so is who to ask about its guests"
            )
        from ostf_dual.hypervisors.libvirt import LibvirtProbe

        without = {
            host: NotConfiguredError(no_entry(host, zone=self.label)) for host in self.hosts_without_access
        }
        return LibvirtProbe(self.libvirt_accesses, without=without)

    @property
    def witness_missing(self) -> str | None:
        """Why there is nothing but OpenStack's word; None: there is the hypervisor's too."""
        try:
            _ = self.probe
        except NotConfiguredError as error:
            return str(error)
        return None

    @property
    def libvirt_accesses(self) -> tuple[LibvirtAccess, ...]:
        """How the libvirt of its hosts is asked, as far as the environment tells.

        Raises:
            NotConfiguredError: It tells of none of them.
        """
        return accesses_to(self.hosts, self.cloud.access, self.label)

    @property
    def hosts_without_access(self) -> tuple[str, ...]:
        """Those of a libvirt zone whose libvirt cannot be asked, since the environment does not tell how."""
        if not self._facts.part.hypervisor.is_libvirt:
            return ()
        return without_access(self.hosts, self.cloud.access)

    @property
    def vcenter(self) -> "VCenter":
        """The vCenter that serves it.

        Raises:
            NotConfiguredError: The environment has none for it, or several.
        """
        return self.cloud.vcenter(self._vcenter_access)

    @cached_property
    def clusters(self) -> tuple[str, ...]:
        """The managed object ids of its vSphere clusters, which its nodes' names begin with.

        Where Nova's nodes cannot be seen, vCenter is asked for the cluster that the environment names.

        Raises:
            NotConfiguredError: Neither tells.
            OstfError: vCenter does not answer, or has no such cluster.
        """
        if self.nodes:
            return tuple(node.partition(".")[0] for node in self.nodes)
        access = self._vcenter_access
        if not access.cluster_names:
            raise NotConfiguredError(
                f"vcenters: give the `cluster` of {access.name}, no node of Nova names it"
            )
        return tuple(self.vcenter.find_cluster(each) for each in access.cluster_names)

    @property
    def _vcenter_access(self) -> VCenterAccess:
        return vcenter_serving(self.name, self.cloud.access)
