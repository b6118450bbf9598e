"""Volume types: which one makes volumes that a zone's servers can take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ostf_dual.cloud.asking import Choice, asking
from ostf_dual.environment.model import Hypervisor
from ostf_dual.errors import NotConfiguredError, NotDeployedError

if TYPE_CHECKING:
    from openstack.connection import Connection

    from ostf_dual.cloud.services import ServiceFacts

# What Nova's vmwareapi driver attaches, best first; libvirt attaches everything but the first two.
_VCENTER_PROTOCOLS = ("vmdk", "vstorageobject", "iscsi")
_VCENTER_ONLY = frozenset(_VCENTER_PROTOCOLS[:2])


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeTypeFacts:
    """A volume type. Without admin rights Cinder hides which backend it is tied to."""

    id: str
    name: str
    extra_specs: Mapping[str, str] = field(default_factory=dict)

    @property
    def backend_name(self) -> str | None:
        """The ``volume_backend_name`` that it asks for; None: any."""
        return self.extra_specs.get("volume_backend_name")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFacts:
    """A pool of a backend that is up. ``service`` is its cinder-volume's host: ``host@backend``."""

    service: str
    backend_name: str
    protocol: str

    def suits(self, hypervisor: Hypervisor) -> bool:
        """Whether a hypervisor's servers can take its volumes."""
        if hypervisor is Hypervisor.VCENTER:
            return self.protocol.lower() in _VCENTER_PROTOCOLS
        return hypervisor.is_libvirt and self.protocol.lower() not in _VCENTER_ONLY


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedType:
    """A volume type and the cinder-volume services that are behind it, by their host (``host@backend``)."""

    name: str
    services: tuple[str, ...]


def list_volume_types(connection: "Connection") -> tuple[VolumeTypeFacts, ...]:
    """The volume types that a connection sees."""
    with asking("the volume types"):
        return tuple(
            VolumeTypeFacts(id=kind.id, name=kind.name, extra_specs=dict(kind.extra_specs or {}))
            for kind in connection.block_storage.types()
        )


def list_pools(admin: "Connection") -> tuple[PoolFacts, ...]:
    """The pools that Cinder's scheduler chooses from; a backend that is down has none. Needs admin."""
    with asking("the storage pools"):
        return tuple(
            PoolFacts(
                service=pool.name.partition("#")[0],
                backend_name=(pool.capabilities or {}).get("volume_backend_name") or "",
                protocol=_protocol((pool.capabilities or {}).get("storage_protocol")),
            )
            for pool in admin.block_storage.backend_pools()
        )


def _protocol(value: str | list[str] | None) -> str:
    """Since Zed a backend may list several spellings of its one protocol."""
    return (value[0] if isinstance(value, list) and value else value) or ""  # type: ignore[return-value]


def choose_volume_type(  # noqa: PLR0917 - what is chosen from, then for whom
    types: Sequence[VolumeTypeFacts],
    pools: Sequence[PoolFacts],
    services: "Sequence[ServiceFacts]",
    hypervisor: Hypervisor,
    wanted: str | None,
    zone: str,
) -> Choice[BackedType]:
    """The volume type for a zone's servers.

    Raises:
        NotDeployedError: There is none that suits.
        NotConfiguredError: It cannot be told which one does.
    """
    if wanted is not None:
        given = next((kind for kind in types if wanted in {kind.id, kind.name}), None)
        if given is None:
            raise NotDeployedError(f"zones.{zone}.volume_type is {wanted!r}: there is no such volume type")
        return Choice(_backed(given, pools, services), "given by the environment")
    if not pools and not services:
        raise NotConfiguredError(
            f"zones.{zone}.volume_type: without admin rights no volume type is known to suit {hypervisor}; "
            f"give one of {', '.join(sorted(kind.name for kind in types)) or 'none'}, or `admin_cloud`"
        )
    if hypervisor is Hypervisor.UNKNOWN:
        raise NotConfiguredError(f"zones.{zone}: its hypervisor is unknown, so is who makes volumes for it")
    return _by_pool(types, pools, services, hypervisor, zone) or _by_absence(
        types, pools, services, hypervisor, zone
    )


def _by_pool(
    types: Sequence[VolumeTypeFacts],
    pools: Sequence[PoolFacts],
    services: "Sequence[ServiceFacts]",
    hypervisor: Hypervisor,
    zone: str,
) -> Choice[BackedType] | None:
    """The type whose backends, all of them, suit; backends of the zone's own name first."""
    zone_of = {service.host: service.zone for service in services}

    def rank(kind: VolumeTypeFacts, offered: Sequence[PoolFacts]) -> tuple[bool, bool, int, str]:
        return (
            kind.backend_name is None,
            not any(zone_of.get(pool.service) == zone for pool in offered),
            _VCENTER_PROTOCOLS.index(offered[0].protocol.lower()) if hypervisor is Hypervisor.VCENTER else 0,
            kind.name,
        )

    suitable = []
    for kind in types:
        offered = [pool for pool in pools if kind.backend_name in {None, pool.backend_name}]
        if offered and all(pool.suits(hypervisor) for pool in offered):
            suitable.append((rank(kind, offered), kind, offered[0]))
    if not suitable:
        return None
    _, kind, pool = min(suitable, key=lambda item: item[0])
    return Choice(
        _backed(kind, pools, services),
        f"its backend {pool.backend_name!r} ({pool.service}) has storage protocol {pool.protocol!r}",
    )


def _by_absence(
    types: Sequence[VolumeTypeFacts],
    pools: Sequence[PoolFacts],
    services: "Sequence[ServiceFacts]",
    hypervisor: Hypervisor,
    zone: str,
) -> Choice[BackedType]:
    """A backend that is down offers no pool: the one type left over is taken to be its."""
    present = {pool.backend_name for pool in pools}
    left = [kind for kind in types if kind.backend_name and kind.backend_name not in present]
    named = [kind for kind in left if _named_like(kind, services)]
    left = named or left
    if len(left) != 1:
        raise NotDeployedError(
            f"zone {zone}: no volume type is tied to a backend that suits {hypervisor}; "
            f"backends that are up: {', '.join(sorted(present)) or 'none'}"
        )
    return Choice(
        _backed(left[0], pools, services),
        f"no other is left for {hypervisor}; its backend {left[0].backend_name!r} offers no pool (down?)",
    )


def _backed(
    kind: VolumeTypeFacts, pools: Sequence[PoolFacts], services: "Sequence[ServiceFacts]"
) -> BackedType:
    by_pool = {pool.service for pool in pools if pool.backend_name == kind.backend_name}
    return BackedType(name=kind.name, services=tuple(sorted(by_pool | _named_like(kind, services))))


def _named_like(kind: VolumeTypeFacts, services: "Sequence[ServiceFacts]") -> set[str]:
    """Services whose backend is called what the type asks for: those that are down have no pool to tell."""
    return {
        service.host for service in services if service.host.partition("@")[2] == (kind.backend_name or "-")
    }
