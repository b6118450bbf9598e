"""The definitions that are shipped for Fuel masters, on masters as they describe them: whole, over TLS."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest
import trustme

from ostf_dual.__main__ import main
from ostf_dual.deployers import deployment
from ostf_dual.deployers.nailgun import NailgunDeployer
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.load import load_environment
from tests.contract.nailgun import definitions
from tests.contract.nailgun.server.http import Master, serving

SHIPPED = Path(__file__).parents[3] / "fixtures" / "environments"
FUEL_9, FUEL_6, KVM = "fuel-9-dvs", "fuel-6.1-nova-network", "kvm-and-vcenter"


@pytest.fixture(params=[FUEL_9, FUEL_6, KVM])
def file(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A definition in a folder with what it names."""
    for name, value in definitions.VARIABLES.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "vcenter.password").write_text(definitions.VCENTER_PASSWORD)
    (tmp_path / "vmca.pem").write_text("-----BEGIN CERTIFICATE-----")
    return Path(shutil.copy(SHIPPED / f"{request.param}.yaml", tmp_path / "environment.yaml"))


@pytest.fixture
def shipped(file: Path) -> Iterator[tuple[Environment, Master]]:
    """The definition, and a master of its release on which its machines have booted."""
    authority, context = trustme.CA(), SSLContext(PROTOCOL_TLS_SERVER)
    authority.cert_pem.write_to_path(file.with_name("fuel-ca.pem"))
    authority.issue_cert("127.0.0.1").configure_cert(context)
    environment = load_environment(file)
    master = Master(password=definitions.FUEL_PASSWORD)
    if environment.release == "6.1":
        master.world.become_early()
        master.keystone = ("v2.0",)
    with serving(master, context):
        for node in environment.nodes:
            assert node.mac is not None
            master.world.boot(node.mac)
        file.write_text(file.read_text().replace("https://10.20.0.2:8443", master.url))
        yield load_environment(file), master


def test_it_is_deployed_and_then_as_defined(shipped: tuple[Environment, Master], progress: Progress) -> None:
    environment, master = shipped
    deployer = NailgunDeployer(poll_s=0.01)

    access = deployment.deploy(environment, progress, deployer)

    names = [each.name for each in environment.nodes]
    assert [each["name"] for each in master.world.nodes.values() if each["status"] == "ready"] == names
    assert access.expect == ("nova", "vcenter")
    assert deployment.plan(environment, progress, deployer).is_empty
    deployment.destroy(environment, progress, deployer)
    assert master.world.clusters == {}


def test_its_plan_can_be_had_by_command(
    shipped: tuple[Environment, Master],
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    environment, master = shipped
    monkeypatch.setattr("sys.argv", ["ostf-dual", "deploy", "--plan", "--json", str(file)])

    with pytest.raises(SystemExit) as ended:
        main()

    out, err = capsys.readouterr()
    plan = json.loads(out)
    added = {each["what"] for each in plan["changes"] if each["action"] == "add"}
    assert ended.value.code == 0
    assert {f"node {each.name}" for each in environment.nodes} < added
    notes = [each["what"] for each in plan["changes"] if each["action"] == "note"]
    without_ha = [f"node {each.name}" for each in environment.nodes if "vcenter-compute" in each.roles]
    assert environment.fuel is not None
    without_tasks = ["role vcenter-compute"] if environment.fuel.role == "install" else []
    assert notes == [*without_ha, *without_tasks]
    assert master.writes == []
    assert not set(definitions.VARIABLES.values()) & set((out + err).split())
