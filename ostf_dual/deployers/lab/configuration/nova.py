"""Nova: one controller, and a compute of either kind."""

from ostf_dual.deployers.lab.configuration.common import common, login, merged, privsep, service_user
from ostf_dual.deployers.lab.configuration.site import (
    REGION,
    File,
    Site,
    VCenter,
    database,
    internal,
    vcenter_login,
)
from ostf_dual.deployers.lab.layout import INSIDE
from ostf_dual.deployers.lab.shape import Part, VSphere


def _nova(site: Site) -> File:
    """What Nova's services share."""
    return merged(common(site, "nova"), {
        "DEFAULT": {
            "my_ip": "127.0.0.1", "instance_usage_audit": "true", "instance_usage_audit_period": "hour",
            "report_interval": "5", "service_down_time": "30",
            # A first boot under emulation may take long; the network agent wires a port within seconds.
            "vif_plugging_timeout": "120",
        },
        "api_database": {"connection": database("nova_api")},
        "database": {"connection": database("nova")},
        "service_user": service_user(site, "nova"),
        "placement": login(site, "placement"),
        "glance": {"api_servers": internal("glance")},
        "neutron": {
            **login(site, "neutron"), "service_metadata_proxy": "true",
            "metadata_proxy_shared_secret": site.passwords["metadata"],
        },
        "cinder": {**login(site, "cinder"), "os_region_name": REGION, "catalog_info": "volumev3::internalURL"},
        "notifications": {"notify_on_state_change": "vm_and_task_state", "notification_format": "unversioned"},
        "vnc": {"enabled": "false"},
    }, privsep(site, "nova_sys_admin", "vif_plug_linux_bridge_privileged", "vif_plug_ovs_privileged",
                "privsep_osbrick"))  # fmt: skip


def nova_controller(site: Site) -> File:
    """API, metadata, conductor, scheduler: one worker each."""
    return merged(_nova(site), {
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


def nova_kvm(site: Site, part: Part) -> File:
    """nova-compute with libvirt."""
    state = f"{INSIDE}/var/{part.group}/nova"
    return merged(_nova(site), {
        "DEFAULT": {
            "host": part.host, "state_path": state, "compute_driver": "libvirt.LibvirtDriver",
            "reserved_host_memory_mb": "512", "reserved_host_disk_mb": "0", "cpu_allocation_ratio": "8.0",
            "force_raw_images": "false", "resume_guests_state_on_host_boot": "true",
        },
        "libvirt": {
            "virt_type": site.virt_type, "cpu_mode": "none" if site.virt_type == "qemu" else "host-model",
            "hw_machine_type": "x86_64=pc", "disk_cachemodes": "file=unsafe",
            "nfs_mount_point_base": f"{state}/mnt",
        },
        # Without it guests have no graphics card, and nothing to take a picture of.
        "vnc": {
            "enabled": "true", "server_listen": "127.0.0.1", "server_proxyclient_address": "127.0.0.1",
        },
    })  # fmt: skip


def nova_vcenter(site: Site, part: Part, told: VSphere) -> File:
    """nova-compute with the vCenter driver."""
    vcenter, password = vcenter_login(site, told)
    return merged(_nova(site), {
        "DEFAULT": {
            "host": part.host, "state_path": f"{INSIDE}/var/{part.group}/nova",
            "compute_driver": "vmwareapi.VMwareVCDriver", "reserved_host_memory_mb": "0",
            "cpu_allocation_ratio": "8.0",
        },
        "vmware": {
            "host_ip": "127.0.0.1", "host_port": str(vcenter.port), "host_username": told.user,
            "host_password": password, "ca_file": f"{INSIDE}/ca.pem", "insecure": str(told.insecure).lower(),
            "cluster_name": told.clusters[0], "datastore_regex": told.datastore_regex, "task_poll_interval": "0.5",
            "api_retry_count": "3", "use_linked_clone": "true", "cache_prefix": part.host,
            "serial_log_dir": console_folder(vcenter),
            # Clear of the ports that libvirt's guests would take.
            "vnc_port": "6900",
        },
    })  # fmt: skip


def console_folder(vcenter: VCenter) -> str:
    """Where a vCenter's guests' serial ports are written: the virtual serial port concentrator's files."""
    return f"{INSIDE}/var/{vcenter.name}/console"
