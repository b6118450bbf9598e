"""The deployers that the contract is tried on. Those that need the embedded lab bring the tests' own one up."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from ostf_dual.cloud.cloud import Cloud
from ostf_dual.cloud.discovery import conclude
from ostf_dual.deployers.command import CommandDeployer
from ostf_dual.deployers.existing import ExistingDeployer
from ostf_dual.environment.definition import (
    Commands,
    DeployerName,
    Environment,
    Image,
    Network,
    NetworkProvider,
    Node,
    Storage,
    VCenter,
    VMware,
    VMwareZone,
    VolumeBackend,
    VSphereCluster,
)
from ostf_dual.environment.load import load_access
from ostf_dual.environment.model import Access, Hypervisor, Secret
from tests.contract.deployers.subject import Subject
from tests.unit.cloud.test_discovery import READINGS

if TYPE_CHECKING:
    from openstack.connection import Connection

DEPLOYERS = ("command", "existing", "existing_on_lab", "lab_deployer", "nailgun_subject")
PASSWORD = "correct-horse-battery"  # noqa: S105 (of nothing)
INSTALLER = Path(__file__).with_name("installer.py")


@pytest.fixture(params=DEPLOYERS)
def subject(request: pytest.FixtureRequest, state: Path) -> Subject:  # noqa: ARG001 (nothing is remembered yet)
    """One of the deployers: the fixture of that name makes it."""
    found: Subject = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def state(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder without deployments; labs live in the user's own."""
    if "lab" not in str(request.node.callspec.params.get("subject", "")):
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Subject:
    """A script as the installer."""
    monkeypatch.setenv("INSTALLER_PASSWORD", PASSWORD)
    environment = command_environment(tmp_path)
    return Subject(
        deployer=CommandDeployer(),
        environment=environment,
        more=_with(environment, Node(name="compute-2", roles=("compute",))),
        beyond=replace(environment, network=Network(provider=NetworkProvider.NOVA_NETWORK)),
        why="knows Neutron only",
        seen=lambda: _read(tmp_path / "cloud.json"),
        secret=PASSWORD,
    )


def command_environment(folder: Path) -> Environment:
    """Deployed by `installer.py`, which gets a password by its environment."""

    def call(name: str) -> tuple[str, ...]:
        return (sys.executable, str(INSTALLER), name)

    return Environment(
        name="scripted",
        release="2024.2",
        deployer=DeployerName.COMMAND,
        hypervisor=Hypervisor.KVM,
        nodes=(
            Node(name="c-1", roles=("controller",)),
            Node(name="compute-1", roles=("compute",)),
            Node(name="esx-1", roles=("vcenter-compute",)),
        ),
        vmware=_vmware("esx", "v1", target="esx-1", password=Secret(env="INSTALLER_PASSWORD")),
        images=(
            Image(name="TestVM-KVM", hypervisor=Hypervisor.KVM, disk_format="qcow2"),
            Image(name="TestVM-VMDK", hypervisor=Hypervisor.VCENTER, disk_format="vmdk"),
        ),
        commands=Commands(
            **{name: call(name) for name in ("deploy", "plan", "add", "destroy", "access")},
            cwd=folder,
            timeout_s=60,
        ),
    )


@pytest.fixture
def existing() -> Subject:
    """A cloud of which everything that discovery reads is given."""
    environment = Environment(
        name="adopted",
        release="2024.2",
        deployer=DeployerName.EXISTING,
        hypervisor=Hypervisor.KVM,
        nodes=(Node(name="c1", roles=("compute",), zone="west"),),
        vmware=_vmware("esx-a", "v1"),
        images=(Image(name="cirros", hypervisor=Hypervisor.KVM, disk_format="qcow2"),),
        storage=Storage(volumes=(VolumeBackend.CEPH, VolumeBackend.VMDK)),
        access=Access(cloud="adopted"),
    )
    return _adopted(environment, "west", ExistingDeployer(fake_cloud), seen=lambda: READINGS)


class NoConnection:
    """A session that nothing is asked of."""

    def close(self) -> None:
        """Nothing is open."""


def fake_cloud(access: Access) -> Cloud:
    """A cloud that was asked for everything already."""
    cloud = Cloud(access, cast("Connection", NoConnection()), None)
    cloud._discovery = conclude(access, READINGS)
    return cloud


@pytest.fixture
def existing_on_lab(request: pytest.FixtureRequest) -> Subject:
    """The lab's cloud, adopted."""
    lab = request.getfixturevalue("lab")
    access = load_access(lab.layout.environment_file)
    environment = Environment(
        name="adopted",
        release="2024.2",
        deployer=DeployerName.EXISTING,
        hypervisor=Hypervisor(lab.record.virt_type),
        nodes=(
            Node(name="controller", roles=("controller",)),
            Node(name="compute-kvm", roles=("compute",), zone="kvm"),
            Node(name="cinder-kvm", roles=("cinder",)),
            Node(name="compute-vcenter", roles=("vcenter-compute",)),
            Node(name="cinder-vmware", roles=("cinder-vmware",)),
        ),
        vmware=_vmware("vcenter", "compute-vcenter", target="compute-vcenter"),
        images=(
            Image(name="TestVM-KVM", hypervisor=Hypervisor.QEMU, disk_format="qcow2"),
            Image(name="TestVM-VMDK", hypervisor=Hypervisor.VCENTER, disk_format="vmdk"),
        ),
        storage=Storage(volumes=(VolumeBackend.NFS, VolumeBackend.VMDK)),
        access=access,
    )
    return _adopted(environment, "kvm", ExistingDeployer(), seen=lambda: lab.record)


@pytest.fixture
def lab_deployer() -> Iterator[Subject]:
    """A lab of its own."""
    made = pytest.importorskip("ostf_dual.deployers.lab.deployer").LabDeployer()
    environment = Environment(
        name="contract",
        release="2024.2",
        deployer=DeployerName.LAB,
        hypervisor=Hypervisor.QEMU,
        nodes=(Node(name="controller", roles=("controller",)), Node(name="compute-1", roles=("compute",))),
    )
    from ostf_dual.deployers.lab.embedded import Lab

    subject = Subject(
        deployer=made,
        environment=environment,
        more=_with(environment, Node(name="cinder-1", roles=("cinder",))),
        beyond=_with(environment, Node(name="compute-2", roles=("compute",))),
        why="one node with role compute",
        seen=lambda: Lab("contract").record if Lab("contract").layout.record.exists() else None,
    )
    yield subject
    with subject.progress() as progress:
        made.destroy(environment, progress)


def _adopted(
    environment: Environment, zone: str, deployer: ExistingDeployer, *, seen: Callable[[], object]
) -> Subject:
    return Subject(
        deployer=deployer,
        environment=environment,
        more=_with(environment, Node(name="compute-2", roles=("compute",), zone=zone)),
        beyond=replace(environment, network=Network(provider=NetworkProvider.NOVA_NETWORK)),
        why="wanted nova-network",
        seen=seen,
        changes_nothing=True,
    )


def _vmware(zone: str, service: str, target: str = "controllers", password: Secret | None = None) -> VMware:
    clusters = (VSphereCluster(cluster="Cluster1", service_name=service, target=target),)
    vcenter = VCenter(host="vc1", password=password)
    return VMware(zones=(VMwareZone(name=zone, vcenter=vcenter, clusters=clusters),))


def _with(environment: Environment, node: Node) -> Environment:
    return replace(environment, nodes=(*environment.nodes, node))


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None
