"""The lab's nodes: which programs and which configuration each consists of.

A node is a group of supervised programs with a configuration folder of its own (``etc/NODE``); where it has several
roles it is several groups. Its name is the host name under which its services report, but for the nova-compute of a
vSphere cluster, which has one of its own.
"""

from collections.abc import Mapping
from pathlib import Path

from ostf_dual.deployers.lab import configuration as conf
from ostf_dual.deployers.lab import ground
from ostf_dual.deployers.lab.configuration import Site, VCenter, ini
from ostf_dual.deployers.lab.controller import controller
from ostf_dual.deployers.lab.layout import INSIDE
from ostf_dual.deployers.lab.service import Node, Ready, Service, Wave, config_files
from ostf_dual.deployers.lab.shape import Kind, Part, VSphere
from ostf_dual.deployers.lab.supervision import Program

_LONGEST_DEATH_S = 60


def node_of(part: Part, site: Site, ports: Mapping[str, int]) -> Node:
    """The node that a part of the lab's shape is."""
    match part.kind, part.vsphere:
        case Kind.COMPUTE, _:
            return compute_kvm(site, part)
        case Kind.CINDER, _:
            return cinder_kvm(site, part)
        case Kind.VCENTER_COMPUTE, VSphere() as told:
            return compute_vcenter(site, part, told)
        case Kind.CINDER_VMWARE, VSphere() as told:
            return cinder_vmware(site, part, told)
    return controller(site, ports)


def compute_kvm(site: Site, part: Part) -> Node:
    """Libvirtd with QEMU, nova-compute, and the polling agent beside them."""
    etc = f"{INSIDE}/etc/{part.group}"
    libvirtd = Program(name="libvirtd", argv=("/usr/sbin/libvirtd", "-f", f"{etc}/libvirtd.conf"))
    services = (
        Service(program=libvirtd, wave=Wave.GROUND, ready=Ready(socket="libvirt/libvirt-sock")),
        _compute(site, part),
        _polling(site, part),
    )
    files = {
        "nova.conf": ini(conf.nova_kvm(site, part)), "ceilometer.conf": ini(conf.ceilometer_kvm(site, part)),
        "polling.yaml": conf.polling(site),
        "libvirtd.conf": 'unix_sock_dir = "/run/libvirt"\nunix_sock_group = "root"\nauth_unix_rw = "none"\n'
                         'auth_unix_ro = "none"\nlisten_tls = 0\nlisten_tcp = 0\n',
    }  # fmt: skip
    return _node(part, services, files, "nova/instances", "ceilometer")


def compute_vcenter(site: Site, part: Part, told: VSphere) -> Node:
    """nova-compute with the vCenter driver, and the polling agent that asks vCenter."""
    files = {
        "nova.conf": ini(conf.nova_vcenter(site, part, told)),
        "ceilometer.conf": ini(conf.ceilometer_vcenter(site, part, told)), "polling.yaml": conf.polling(site),
    }  # fmt: skip
    return _node(part, (_compute(site, part), _polling(site, part)), files, "nova", "ceilometer")


def cinder_kvm(site: Site, part: Part) -> Node:
    """The KVM zone's volume service."""
    files = {"cinder.conf": ini(conf.cinder_kvm(site, part)), "shares": "127.0.0.1:/volumes\n"}
    return _node(part, (_volume(site, part),), files, "cinder", "mnt", "/volumes")


def cinder_vmware(site: Site, part: Part, told: VSphere) -> Node:
    """The volume service with the VMDK driver."""
    return _node(
        part, (_volume(site, part),), {"cinder.conf": ini(conf.cinder_vmware(site, part, told))}, "cinder"
    )


def vcenter(center: VCenter, program: Path, config: str, public_port: int) -> Node:
    """A vCenter and its way in from the machine: no OpenStack node, but run and watched the same way."""
    name = center.name
    etc = f"{INSIDE}/etc/{name}"
    simulator = Program(name=name, argv=(str(program), "-config", f"{etc}/vcenter.json"))
    services = (
        Service(program=simulator, wave=Wave.GROUND, ready=Ready(port=center.port)),
        # Its own, so that a vCenter can come and go while the controller's HAProxy runs on.
        Service(
            program=Program(name=f"haproxy-{name}", argv=ground.haproxy(f"{etc}/haproxy.cfg")),
            wave=Wave.GROUND,
        ),
    )
    files = {"vcenter.json": config, "haproxy.cfg": ground.haproxy_of_vcenter(center, public_port)}
    return Node(name=name, services=services, files=files, folders=(f"{name}/console",))


def _node(part: Part, services: tuple[Service, ...], files: Mapping[str, str], *folders: str) -> Node:
    """A part's node; its folders are its own but for those that begin with a slash."""
    return Node(
        name=part.group,
        services=services,
        files=files,
        folders=tuple(each[1:] if each.startswith("/") else f"{part.group}/{each}" for each in folders),
    )


def _compute(site: Site, part: Part) -> Service:
    # One program name over the lab: the host's name makes it unique.
    return _agent(part, f"nova-{part.host}", f"{site.venv}/bin/nova-compute", *config_files(part.group, "nova.conf"),
                  reports=f"nova-compute@{part.host}")  # fmt: skip


def _polling(site: Site, part: Part) -> Service:
    return _agent(part, f"ceilometer-{part.host}", f"{site.venv}/bin/ceilometer-polling", "--polling-namespaces",
                  "compute", *config_files(part.group, "ceilometer.conf"))  # fmt: skip


def _volume(site: Site, part: Part) -> Service:
    argv = (f"{site.venv}/bin/cinder-volume", *config_files(part.group, "cinder.conf"))
    return _agent(part, f"volume-{part.group}", *argv, reports=f"cinder-volume@{part.host}@{part.backend}")


def _agent(part: Part, name: str, *argv: str, reports: str | None = None) -> Service:
    is_hopeless = bool(part.faults)
    # What dies of what it was told is not to be started for ever: that would take a processor.
    program = Program(name=name, argv=argv, settles_s=_LONGEST_DEATH_S if is_hopeless else 2)
    return Service(program=program, wave=Wave.AGENTS, reports=reports, is_hopeless=is_hopeless)
