"""The services' configuration files, as data: file name -> section -> option -> value.

Options are here for a reason that is written beside them; what is not here is OpenStack's default.
Every path is the one that a process inside the lab sees.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ostf_dual.deployers.lab.layout import INSIDE

TEMPORARY = str(INSIDE / "tmp")
Options = dict[str, str]
File = dict[str, Options]

REGION = "RegionOne"
PORTS = {
    "keystone": 5000, "placement": 8778, "glance": 9292, "nova": 8774, "neutron": 9696, "cinder": 8776,
    "gnocchi": 8041,
}  # fmt: skip
RABBIT_PORT, MEMCACHED_PORT, METADATA_PORT, EPMD_PORT = 5672, 11211, 8775, 4369
DATABASES = (
    "keystone",
    "glance",
    "placement",
    "nova_api",
    "nova",
    "nova_cell0",
    "cinder",
    "neutron",
    "gnocchi",
)
NETWORK_HOST = "compute-kvm"
"""One machine has one layer 2: its agent binds the libvirt guests' ports, and DHCP and router ports go where it is."""


def vcenter_port(name: str) -> int:
    """Where the vCenter ``vcN`` serves inside the lab; its fault injection is one port above."""
    return 8990 + 2 * (int(name.removeprefix("vc")) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class VCenter:
    """One simulated vCenter, and where its parts are served."""

    name: str
    instance_uuid: str
    clusters: tuple[str, ...] = ("Cluster1",)
    datastore: str = "ds1"
    hosts: int = 2
    user: str = "administrator@vsphere.local"

    @property
    def port(self) -> int:
        """Where it serves inside the lab."""
        return vcenter_port(self.name)

    @property
    def admin_port(self) -> int:
        """Where its fault injection listens, inside the lab only."""
        return self.port + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the files of one lab depend on."""

    venv: Path
    passwords: Mapping[str, str] = field(repr=False)
    public: Mapping[str, str]
    virt_type: str
    polling_interval_s: int = 10


def database(name: str) -> str:
    """SQLAlchemy's address of a database; the socket's folder is the lock on it."""
    return f"mysql+pymysql://root@localhost/{name}?unix_socket={INSIDE}/run/mysql.sock&charset=utf8mb4"


def internal(service: str) -> str:
    """A service's address inside the lab."""
    return f"http://127.0.0.1:{PORTS[service]}"


def _rabbit(site: Site) -> str:
    return f"rabbit://lab:{site.passwords['rabbitmq']}@127.0.0.1:{RABBIT_PORT}/"


def _login(site: Site, user: str) -> Options:
    return {
        "auth_url": internal("keystone") + "/v3", "auth_type": "password", "project_domain_name": "Default",
        "user_domain_name": "Default", "project_name": "service", "username": user,
        "password": site.passwords[user], "region_name": REGION, "valid_interfaces": "internal",
    }  # fmt: skip


def _token_check(site: Site, user: str) -> Options:
    return {
        **_login(site, user), "www_authenticate_uri": site.public["keystone"], "interface": "internal",
        "memcached_servers": f"127.0.0.1:{MEMCACHED_PORT}", "service_token_roles_required": "true",
        "service_token_roles": "service,admin",
    }  # fmt: skip


def _service_user(site: Site, user: str) -> Options:
    return {**_login(site, user), "send_service_user_token": "true"}


def _common(site: Site, user: str) -> File:
    """What every service with an API or an agent has."""
    return {
        "DEFAULT": {"transport_url": _rabbit(site), "graceful_shutdown_timeout": "3"},
        "oslo_concurrency": {"lock_path": f"{INSIDE}/var/lock/{user}"},
        "oslo_messaging_notifications": {"driver": "messagingv2", "transport_url": _rabbit(site)},
        "oslo_messaging_rabbit": {"rabbit_transient_quorum_queue": "false"},
        # Behind HAProxy: links in answers must be the public ones.
        "oslo_middleware": {"enable_proxy_headers_parsing": "true"},
        "keystone_authtoken": _token_check(site, user),
    }


def _privsep(site: Site, *contexts: str) -> File:
    """Root without sudo: privsep's default helper is sudo."""
    return {each: {"helper_command": f"{site.venv}/bin/privsep-helper"} for each in contexts}


def _merged(*files: File) -> File:
    result: File = {}
    for each in files:
        for section, options in each.items():
            result.setdefault(section, {}).update(options)
    return result


def keystone() -> File:
    """Fernet tokens; no notifications, nobody listens."""
    return {
        "DEFAULT": {"use_stderr": "true"},
        "database": {"connection": database("keystone")},
        "token": {"expiration": "86400"},
        "fernet_tokens": {"key_repository": f"{INSIDE}/var/keystone/fernet"},
        "fernet_receipts": {"key_repository": f"{INSIDE}/var/keystone/receipt"},
        "credential": {"key_repository": f"{INSIDE}/var/keystone/credential"},
        "cache": {
            "enabled": "true", "backend": "dogpile.cache.pymemcache",
            "memcache_servers": f"127.0.0.1:{MEMCACHED_PORT}",
        },
        "oslo_middleware": {"enable_proxy_headers_parsing": "true"},
        "oslo_messaging_notifications": {"driver": "noop"},
    }  # fmt: skip


def glance(site: Site) -> File:
    """A file store. VMDK subtypes are refused unless they are named."""
    var = f"{INSIDE}/var/glance"
    return _merged(_common(site, "glance"), {
        "DEFAULT": {
            "bind_host": "127.0.0.1", "bind_port": str(PORTS["glance"]), "workers": "0",
            "enabled_backends": "file:file", "node_staging_uri": f"file://{var}/staging",
            "public_endpoint": site.public["glance"],
        },
        "database": {"connection": database("glance")},
        "glance_store": {"default_backend": "file"},
        "file": {"filesystem_store_datadir": f"{var}/images"},
        "os_glance_staging_store": {"filesystem_store_datadir": f"{var}/staging"},
        "os_glance_tasks_store": {"filesystem_store_datadir": f"{var}/tasks"},
        "image_format": {"vmdk_allowed_types": "streamOptimized,monolithicSparse,monolithicFlat"},
        "paste_deploy": {"flavor": "keystone", "config_file": f"{site.venv}/etc/glance/glance-api-paste.ini"},
    })  # fmt: skip


def placement(site: Site) -> File:
    """Nothing but where its database is."""
    return {
        "DEFAULT": {"use_stderr": "true"},
        "placement_database": {"connection": database("placement")},
        "api": {"auth_strategy": "keystone"},
        "oslo_middleware": {"enable_proxy_headers_parsing": "true"},
        "keystone_authtoken": _token_check(site, "placement"),
    }


def _nova(site: Site) -> File:
    """What Nova's services share."""
    return _merged(_common(site, "nova"), {
        "DEFAULT": {
            "my_ip": "127.0.0.1", "instance_usage_audit": "true", "instance_usage_audit_period": "hour",
            "report_interval": "5", "service_down_time": "30",
            # A first boot under emulation may take long; the network agent wires a port within seconds.
            "vif_plugging_timeout": "120",
        },
        "api_database": {"connection": database("nova_api")},
        "database": {"connection": database("nova")},
        "service_user": _service_user(site, "nova"),
        "placement": _login(site, "placement"),
        "glance": {"api_servers": internal("glance")},
        "neutron": {
            **_login(site, "neutron"), "service_metadata_proxy": "true",
            "metadata_proxy_shared_secret": site.passwords["metadata"],
        },
        "cinder": {**_login(site, "cinder"), "os_region_name": REGION, "catalog_info": "volumev3::internalURL"},
        "notifications": {"notify_on_state_change": "vm_and_task_state", "notification_format": "unversioned"},
        "vnc": {"enabled": "false"},
    }, _privsep(site, "nova_sys_admin", "vif_plug_linux_bridge_privileged", "vif_plug_ovs_privileged",
                "privsep_osbrick"))  # fmt: skip


def nova_controller(site: Site) -> File:
    """API, metadata, conductor, scheduler: one worker each."""
    return _merged(_nova(site), {
        "DEFAULT": {
            "host": "controller", "osapi_compute_listen": "127.0.0.1", "osapi_compute_workers": "1",
            "metadata_listen": "127.0.0.1", "metadata_workers": "1", "metadata_cache_expiration": "5",
            "enabled_apis": "osapi_compute,metadata",
        },
        "api": {"auth_strategy": "keystone"},
        "wsgi": {"api_paste_config": f"{site.venv}/etc/nova/api-paste.ini"},
        "conductor": {"workers": "1"},
        "scheduler": {"workers": "1", "discover_hosts_in_cells_interval": "5"},
    })  # fmt: skip


def nova_kvm(site: Site, host: str) -> File:
    """nova-compute with libvirt."""
    state = f"{INSIDE}/var/{host}/nova"
    return _merged(_nova(site), {
        "DEFAULT": {
            "host": host, "state_path": state, "compute_driver": "libvirt.LibvirtDriver",
            "reserved_host_memory_mb": "512", "reserved_host_disk_mb": "0", "cpu_allocation_ratio": "8.0",
            "force_raw_images": "false", "resume_guests_state_on_host_boot": "true",
        },
        "libvirt": {
            "virt_type": site.virt_type, "cpu_mode": "none" if site.virt_type == "qemu" else "host-model",
            "hw_machine_type": "x86_64=pc", "disk_cachemodes": "file=unsafe",
            "nfs_mount_point_base": f"{state}/mnt",
        },
    })  # fmt: skip


def nova_vcenter(site: Site, host: str, vcenter: VCenter, cluster: str) -> File:
    """nova-compute with the vCenter driver."""
    return _merged(_nova(site), {
        "DEFAULT": {
            "host": host, "state_path": f"{INSIDE}/var/{host}/nova",
            "compute_driver": "vmwareapi.VMwareVCDriver", "reserved_host_memory_mb": "0",
            "cpu_allocation_ratio": "8.0",
        },
        "vmware": {
            "host_ip": "127.0.0.1", "host_port": str(vcenter.port), "host_username": vcenter.user,
            "host_password": site.passwords[vcenter.name], "ca_file": f"{INSIDE}/ca.pem", "insecure": "false",
            "cluster_name": cluster, "datastore_regex": vcenter.datastore, "task_poll_interval": "0.5",
            "api_retry_count": "3", "use_linked_clone": "true", "cache_prefix": host,
            "serial_log_dir": console_folder(vcenter),
            # Clear of the ports that libvirt's guests would take.
            "vnc_port": "6900",
        },
    })  # fmt: skip


def console_folder(vcenter: VCenter) -> str:
    """Where a vCenter's guests' serial ports are written: the virtual serial port concentrator's files."""
    return f"{INSIDE}/var/{vcenter.name}/console"


def neutron(site: Site) -> File:
    """Networks of type local: the kernel's vxlan listens on every address, and there is no 802.1q here."""
    state = f"{INSIDE}/var/neutron"
    return _merged(_common(site, "neutron"), {
        "DEFAULT": {
            "bind_host": "127.0.0.1", "bind_port": str(PORTS["neutron"]), "host": NETWORK_HOST,
            "state_path": state, "core_plugin": "ml2", "service_plugins": "router", "api_workers": "1",
            "rpc_workers": "1", "rpc_state_report_workers": "0", "agent_down_time": "30",
            "api_paste_config": f"{site.venv}/etc/neutron/api-paste.ini", "dhcp_agents_per_network": "1",
            "global_physnet_mtu": "1500", "dns_domain": "lab.local.",
        },
        "experimental": {"linuxbridge": "true"},
        "database": {"connection": database("neutron")},
        "nova": {**_login(site, "nova"), "endpoint_type": "internal"},
        "placement": _login(site, "placement"),
        "agent": {"root_helper": "env", "root_helper_daemon": "", "report_interval": "5"},
    }, _privsep(site, "privsep", "privsep_dhcp_release", "privsep_link", "privsep_namespace",
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


def _cinder(site: Site, host: str) -> File:
    return _merged(_common(site, "cinder"), {
        "DEFAULT": {
            "my_ip": "127.0.0.1", "host": host, "state_path": f"{INSIDE}/var/{host}/cinder",
            "glance_api_servers": internal("glance"), "report_interval": "5", "service_down_time": "30",
            "rootwrap_config": f"{site.venv}/etc/cinder/rootwrap.conf", "default_volume_type": "kvm",
            "resource_query_filters_file": f"{site.venv}/etc/cinder/resource_filters.json",
        },
        "database": {"connection": database("cinder")},
        "service_user": _service_user(site, "cinder"),
        "nova": {**_login(site, "nova"), "interface": "internal"},
    }, _privsep(site, "cinder_sys_admin", "privsep_osbrick"))  # fmt: skip


def cinder_controller(site: Site) -> File:
    """API and scheduler."""
    return _merged(_cinder(site, "controller"), {"DEFAULT": {
        "osapi_volume_listen": "127.0.0.1", "osapi_volume_workers": "1",
        "api_paste_config": f"{site.venv}/etc/cinder/api-paste.ini", "public_endpoint": site.public["cinder"],
    }})  # fmt: skip


def cinder_kvm(site: Site, host: str) -> File:
    """The NFS drivers of Cinder and Nova, over a bind mount instead of NFS (see ``mount.nfs``)."""
    return _merged(_cinder(site, host), {
        "DEFAULT": {"enabled_backends": "kvm"},
        "kvm": {
            "volume_driver": "cinder.volume.drivers.nfs.NfsDriver", "volume_backend_name": "kvm",
            "nfs_shares_config": f"{INSIDE}/etc/{host}/shares",
            "nfs_mount_point_base": f"{INSIDE}/var/{host}/mnt", "nas_secure_file_operations": "false",
            "nas_secure_file_permissions": "false", "nfs_sparsed_volumes": "true",
        },
    })  # fmt: skip


def cinder_vmware(site: Site, host: str, vcenter: VCenter, cluster: str) -> File:
    """The VMDK driver."""
    return _merged(_cinder(site, host), {
        "DEFAULT": {"enabled_backends": "vmdk"},
        "vmdk": {
            "volume_driver": "cinder.volume.drivers.vmware.vmdk.VMwareVcVmdkDriver",
            "volume_backend_name": "vmdk", "vmware_host_ip": "127.0.0.1", "vmware_host_port": str(vcenter.port),
            "vmware_host_username": vcenter.user, "vmware_host_password": site.passwords[vcenter.name],
            "vmware_cluster_name": cluster, "vmware_datastore_regex": vcenter.datastore,
            "vmware_ca_file": f"{INSIDE}/ca.pem", "vmware_insecure": "false", "vmware_task_poll_interval": "0.5",
            "vmware_enable_volume_stats": "true", "vmware_tmp_dir": TEMPORARY,
        },
    })  # fmt: skip


def gnocchi(site: Site) -> File:
    """One metricd worker, quick to process."""
    var = f"{INSIDE}/var/gnocchi"
    return {
        "DEFAULT": {"coordination_url": f"file://{var}/coordination"},
        "api": {
            "auth_mode": "keystone", "host": "127.0.0.1", "port": str(PORTS["gnocchi"]),
            "paste_config": f"{INSIDE}/etc/controller/gnocchi-paste.ini",
            "enable_proxy_headers_parsing": "true",
        },
        "indexer": {"url": database("gnocchi")},
        "storage": {"driver": "file", "file_basepath": var},
        "metricd": {"workers": "1", "metric_processing_delay": "2", "greedy": "true"},
        "keystone_authtoken": _token_check(site, "gnocchi"),
    }  # fmt: skip


def _ceilometer(site: Site, host: str) -> File:
    return _merged(_common(site, "ceilometer"), {
        "DEFAULT": {"host": host, "state_path": f"{INSIDE}/var/{host}/ceilometer"},
        "polling": {"cfg_file": f"{INSIDE}/etc/{host}/polling.yaml"},
        "service_credentials": {**_login(site, "ceilometer"), "interface": "internal"},
    })  # fmt: skip


def ceilometer_controller(site: Site) -> File:
    """The notification agent."""
    return _merged(_ceilometer(site, "controller"), {"notification": {
        "workers": "1", "pipelines": "meter", "messaging_urls": _rabbit(site),
    }, "DEFAULT": {"pipeline_cfg_file": f"{INSIDE}/etc/controller/pipeline.yaml"}})  # fmt: skip


def ceilometer_kvm(site: Site, host: str) -> File:
    """The polling agent beside libvirt."""
    return _merged(
        _ceilometer(site, host),
        {
            "DEFAULT": {"hypervisor_inspector": "libvirt"},
            "compute": {"instance_discovery_method": "libvirt_metadata"},
        },
    )


def ceilometer_vcenter(site: Site, host: str, vcenter: VCenter) -> File:
    """The polling agent of a vCenter; libvirt_metadata, the default, would find no server there."""
    return _merged(_ceilometer(site, host), {
        "DEFAULT": {"hypervisor_inspector": "vsphere"},
        "compute": {"instance_discovery_method": "naive"},
        "vmware": {
            "host_ip": "127.0.0.1", "host_port": str(vcenter.port), "host_username": vcenter.user,
            "host_password": site.passwords[vcenter.name], "ca_file": f"{INSIDE}/ca.pem", "insecure": "false",
        },
    })  # fmt: skip


def polling(site: Site) -> str:
    """Every pollster, often: a health check should not wait five minutes for a sample."""
    return f'---\nsources:\n  - name: all\n    interval: {site.polling_interval_s}\n    meters: ["*"]\n'


def pipeline() -> str:
    """To Gnocchi, with an archive policy fine enough to see two samples apart."""
    return (
        "---\nsources:\n  - name: meters\n    meters: ['*']\n    sinks: [gnocchi]\n"
        "sinks:\n  - name: gnocchi\n    publishers:\n      - gnocchi://?archive_policy=ostf\n"
    )


def ini(file: File) -> str:
    """An oslo.config file."""
    parts = []
    for section, options in file.items():
        if options:
            parts.append(f"[{section}]\n" + "".join(f"{key} = {value}\n" for key, value in options.items()))
    return "\n".join(parts)
