"""Neutron, its plugin and its agents."""

from ostf_dual.deployers.lab.configuration.common import common, login, merged, privsep
from ostf_dual.deployers.lab.configuration.site import (
    METADATA_PORT,
    PORTS,
    File,
    Site,
    database,
)
from ostf_dual.deployers.lab.layout import INSIDE


def neutron(site: Site) -> File:
    """Networks of type local: the kernel's vxlan listens on every address, and there is no 802.1q here."""
    state = f"{INSIDE}/var/neutron"
    return merged(common(site, "neutron"), {
        "DEFAULT": {
            "bind_host": "127.0.0.1", "bind_port": str(PORTS["neutron"]), "host": site.network_host,
            "state_path": state, "core_plugin": "ml2", "service_plugins": "router", "api_workers": "1",
            "rpc_workers": "1", "rpc_state_report_workers": "0", "agent_down_time": "30",
            "api_paste_config": f"{site.venv}/etc/neutron/api-paste.ini", "dhcp_agents_per_network": "1",
            "global_physnet_mtu": "1500", "dns_domain": "lab.local.",
        },
        "experimental": {"linuxbridge": "true"},
        "database": {"connection": database("neutron")},
        "nova": {**login(site, "nova"), "endpoint_type": "internal"},
        "placement": login(site, "placement"),
        "agent": {"root_helper": "env", "root_helper_daemon": "", "report_interval": "5"},
    }, privsep(site, "privsep", "privsep_dhcp_release", "privsep_link", "privsep_namespace",
                "privsep_conntrack", "privsep_ovs_vsctl"))  # fmt: skip


def ml2(_site: Site) -> File:
    """Linux bridges for libvirt, port groups for vCenter."""
    return {
        "ml2": {
            "type_drivers": "flat,local", "tenant_network_types": "local",
            "mechanism_drivers": "linuxbridge,lab_dvs", "extension_drivers": "port_security",
        },
        "ml2_type_flat": {"flat_networks": "public"},
        "lab_dvs": {"vcenters_file": f"{INSIDE}/etc/controller/vcenters.json"},
        "linux_bridge": {"physical_interface_mappings": "", "bridge_mappings": "public:br-ex"},
        "vxlan": {"enable_vxlan": "false"},
        "securitygroup": {"enable_security_group": "true", "firewall_driver": "iptables", "enable_ipset": "false"},
    }  # fmt: skip


def dhcp(_site: Site) -> File:
    """Metadata through the DHCP port too, so that a network without a router has it."""
    return {"DEFAULT": {
        "interface_driver": "linuxbridge", "enable_isolated_metadata": "true", "force_metadata": "true",
        "resync_interval": "30", "dnsmasq_local_resolv": "false",
        "dnsmasq_config_file": f"{INSIDE}/etc/controller/dnsmasq.conf",
    }}  # fmt: skip


def dnsmasq() -> str:
    """As another user it could not read its hosts in the lab's closed folders, and would answer nobody."""
    return f"user=root\ngroup=root\nlog-dhcp\nlog-facility={INSIDE}/log/dnsmasq.log\n"


def l3(_site: Site) -> File:
    """The router's agent."""
    return {"DEFAULT": {"interface_driver": "linuxbridge"}}


def metadata(site: Site) -> File:
    """The proxy between guests and Nova's metadata."""
    return {"DEFAULT": {
        "nova_metadata_host": "127.0.0.1", "nova_metadata_port": str(METADATA_PORT), "metadata_workers": "0",
        "metadata_proxy_shared_secret": site.passwords["metadata"],
    }}  # fmt: skip
