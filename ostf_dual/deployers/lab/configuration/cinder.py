"""Cinder: API and scheduler, and a volume service of either kind."""

from ostf_dual.deployers.lab.configuration.common import common, login, merged, privsep, service_user
from ostf_dual.deployers.lab.configuration.site import TEMPORARY, File, Site, VCenter, database, internal
from ostf_dual.deployers.lab.layout import INSIDE


def _cinder(site: Site, host: str) -> File:
    return merged(common(site, "cinder"), {
        "DEFAULT": {
            "my_ip": "127.0.0.1", "host": host, "state_path": f"{INSIDE}/var/{host}/cinder",
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
    return merged(_cinder(site, "controller"), {"DEFAULT": {
        "osapi_volume_listen": "127.0.0.1", "osapi_volume_workers": "1",
        "api_paste_config": f"{site.venv}/etc/cinder/api-paste.ini", "public_endpoint": site.public["cinder"],
    }})  # fmt: skip


def cinder_kvm(site: Site, host: str) -> File:
    """The NFS drivers of Cinder and Nova, over a bind mount instead of NFS (see ``mount.nfs``)."""
    return merged(_cinder(site, host), {
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
    return merged(_cinder(site, host), {
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
