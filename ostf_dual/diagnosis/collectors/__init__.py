"""Every source of evidence."""

from ostf_dual.diagnosis.collectors import openstack, servers, vcenter
from ostf_dual.diagnosis.collectors.libvirt import domains
from ostf_dual.diagnosis.collectors.logs import node_logs
from ostf_dual.diagnosis.subject import Collector

_ACTING = frozenset({"BOOT", "SCH", "LIFE", "NET", "VOL", "MET"})
_PLACING = frozenset({"BOOT", "SCH", "LIFE", "SVC", "FLV", "IMG"})
_ALL = _ACTING | _PLACING | {"API", "CON", "VC", "KVM", "LEAK"}

COLLECTORS = (
    Collector(name="services", collect=openstack.services, families=_ALL),
    Collector(name="Placement", collect=openstack.placement, families=_PLACING),
    Collector(name="image and flavor", collect=openstack.image_and_flavor, families=_PLACING),
    Collector(name="volumes", collect=openstack.volumes, families=frozenset({"VOL", "MET"})),
    Collector(name="servers", collect=servers.servers, families=_ACTING),
    Collector(name="server actions", collect=servers.actions, families=_ACTING),
    Collector(name="consoles", collect=servers.consoles, families=_ACTING),
    Collector(name="screens", collect=servers.screens, families=frozenset({"BOOT", "NET"})),
    Collector(name="ports", collect=servers.ports, families=_ACTING),
    Collector(name="guests", collect=servers.guests, families=_ACTING | {"CON"}),
    Collector(name="libvirt domains", collect=domains, families=_ACTING | {"CON"}),
    Collector(name="node logs", collect=node_logs, families=_ACTING | {"SVC", "KVM"}),
    Collector(name="vSphere clusters", collect=vcenter.clusters, families=_ALL - {"API", "LEAK"}),
    Collector(name="datastores", collect=vcenter.datastores, families=_ALL - {"API", "LEAK"}),
    Collector(name="vCenter tasks", collect=vcenter.tasks, families=_ACTING | {"VC", "SVC"}),
    Collector(name="vCenter events", collect=vcenter.events, families=_ACTING | {"VC", "SVC"}),
)
