"""The services' configuration files, as data: file name -> section -> option -> value.

Options are here for a reason that is written beside them; what is not here is OpenStack's default. Every path is the
one that a process inside the lab sees.
"""

from ostf_dual.deployers.lab.configuration.basics import glance, keystone, placement
from ostf_dual.deployers.lab.configuration.cinder import cinder_controller, cinder_kvm, cinder_vmware
from ostf_dual.deployers.lab.configuration.common import ini
from ostf_dual.deployers.lab.configuration.metering import (
    ceilometer_controller,
    ceilometer_kvm,
    ceilometer_vcenter,
    gnocchi,
    pipeline,
    polling,
)
from ostf_dual.deployers.lab.configuration.network import dhcp, dnsmasq, l3, metadata, ml2, neutron
from ostf_dual.deployers.lab.configuration.nova import console_folder, nova_controller, nova_kvm, nova_vcenter
from ostf_dual.deployers.lab.configuration.site import (
    DATABASES,
    EPMD_PORT,
    MEMCACHED_PORT,
    PORTS,
    RABBIT_PORT,
    REGION,
    TEMPORARY,
    Site,
    VCenter,
    database,
    internal,
)

__all__ = [
    "DATABASES",
    "EPMD_PORT",
    "MEMCACHED_PORT",
    "PORTS",
    "RABBIT_PORT",
    "REGION",
    "TEMPORARY",
    "Site",
    "VCenter",
    "ceilometer_controller",
    "ceilometer_kvm",
    "ceilometer_vcenter",
    "cinder_controller",
    "cinder_kvm",
    "cinder_vmware",
    "console_folder",
    "database",
    "dhcp",
    "dnsmasq",
    "glance",
    "gnocchi",
    "ini",
    "internal",
    "keystone",
    "l3",
    "metadata",
    "ml2",
    "neutron",
    "nova_controller",
    "nova_kvm",
    "nova_vcenter",
    "pipeline",
    "placement",
    "polling",
]
