"""Ceilometer and Gnocchi."""

from ostf_dual.deployers.lab.configuration.common import common, login, merged, rabbit, token_check
from ostf_dual.deployers.lab.configuration.site import PORTS, File, Site, database, vcenter_login
from ostf_dual.deployers.lab.layout import INSIDE
from ostf_dual.deployers.lab.shape import CONTROLLER, Part, VSphere


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
        "keystone_authtoken": token_check(site, "gnocchi"),
    }  # fmt: skip


def _ceilometer(site: Site, host: str, folder: str) -> File:
    return merged(common(site, "ceilometer"), {
        "DEFAULT": {"host": host, "state_path": f"{INSIDE}/var/{folder}/ceilometer"},
        "polling": {"cfg_file": f"{INSIDE}/etc/{folder}/polling.yaml"},
        "service_credentials": {**login(site, "ceilometer"), "interface": "internal"},
    })  # fmt: skip


def ceilometer_controller(site: Site) -> File:
    """The notification agent."""
    return merged(_ceilometer(site, CONTROLLER, CONTROLLER), {"notification": {
        "workers": "1", "pipelines": "meter", "messaging_urls": rabbit(site),
    }, "DEFAULT": {"pipeline_cfg_file": f"{INSIDE}/etc/controller/pipeline.yaml"}})  # fmt: skip


def ceilometer_kvm(site: Site, part: Part) -> File:
    """The polling agent beside libvirt."""
    return merged(
        _ceilometer(site, part.host, part.group),
        {
            "DEFAULT": {"hypervisor_inspector": "libvirt"},
            "compute": {"instance_discovery_method": "libvirt_metadata"},
        },
    )


def ceilometer_vcenter(site: Site, part: Part, told: VSphere) -> File:
    """The polling agent of a vCenter; libvirt_metadata, the default, would find no server there."""
    vcenter, password = vcenter_login(site, told)
    return merged(_ceilometer(site, part.host, part.group), {
        "DEFAULT": {"hypervisor_inspector": "vsphere"},
        "compute": {"instance_discovery_method": "naive"},
        "vmware": {
            "host_ip": "127.0.0.1", "host_port": str(vcenter.port), "host_username": told.user,
            "host_password": password, "ca_file": f"{INSIDE}/ca.pem", "insecure": str(told.insecure).lower(),
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
