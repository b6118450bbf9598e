"""Cinder: API and scheduler, and a volume service of either kind."""

from ostf_dual.deployers.lab.configuration.common import common, login, merged, privsep, service_user
from ostf_dual.deployers.lab.configuration.site import (
    TEMPORARY,
    File,
    Site,
    database,
    internal,
    vcenter_login,
)
from ostf_dual.deployers.lab.layout import INSIDE
from ostf_dual.deployers.lab.shape import CONTROLLER, Part, VSphere


def _cinder(site: Site, host: str, folder: str) -> File:
    return merged(common(site, "cinder"), {
        "DEFAULT": {
            "my_ip": "127.0.0.1", "host": host, "state_path": f"{INSIDE}/var/{folder}/cinder",
            "glance_api_servers": internal("glance"), "report_interval": "5", "service_down_time": "30",
            "rootwrap_config": f"{site.venv}/etc/cinder/rootwrap.conf", "default_volume_type": "kvm",
            "resource_query_filters_file": f"{site.venv}/etc/cinder/resource_filters.json",
        },
        "database": {"connection": database("cinder")},
        "service_user": service_user(site, "cinder"),
        "nova": {**login(site, "nova"), "interface": "internal"},
    }, privsep(site, "cinder_sys_admin", "privsep_osbrick"))  # fmt: skip


def cinder_controller(site: Site) -> File:
    """API and scheduler."""
    return merged(_cinder(site, CONTROLLER, CONTROLLER), {"DEFAULT": {
        "osapi_volume_listen": "127.0.0.1", "osapi_volume_workers": "1",
        "api_paste_config": f"{site.venv}/etc/cinder/api-paste.ini", "public_endpoint": site.public["cinder"],
    }})  # fmt: skip


def cinder_kvm(site: Site, part: Part) -> File:
    """The NFS drivers of Cinder and Nova, over a bind mount instead of NFS (see ``mount.nfs``)."""
    name = part.backend or ""
    return merged(_cinder(site, part.host, part.group), {
        "DEFAULT": {"enabled_backends": name},
        name: {
            "volume_driver": "cinder.volume.drivers.nfs.NfsDriver", "volume_backend_name": name,
            "nfs_shares_config": f"{INSIDE}/etc/{part.group}/shares",
            "nfs_mount_point_base": f"{INSIDE}/var/{part.group}/mnt", "nas_secure_file_operations": "false",
            "nas_secure_file_permissions": "false", "nfs_sparsed_volumes": "true",
            "nfs_snapshot_support": "true",
        },
    })  # fmt: skip


def cinder_vmware(site: Site, part: Part, told: VSphere) -> File:
    """The VMDK driver."""
    (vcenter, password), name = vcenter_login(site, told), part.backend or ""
    return merged(_cinder(site, part.host, part.group), {
        "DEFAULT": {"enabled_backends": name},
        name: {
            "volume_driver": "cinder.volume.drivers.vmware.vmdk.VMwareVcVmdkDriver",
            "volume_backend_name": name, "vmware_host_ip": "127.0.0.1", "vmware_host_port": str(vcenter.port),
            "vmware_host_username": told.user, "vmware_host_password": password,
            "vmware_cluster_name": told.clusters, "vmware_datastore_regex": told.datastore_regex,
            "vmware_ca_file": f"{INSIDE}/ca.pem", "vmware_insecure": str(told.insecure).lower(),
            "vmware_task_poll_interval": "0.5",
            "vmware_enable_volume_stats": "true", "vmware_tmp_dir": TEMPORARY,
        },
    })  # fmt: skip
