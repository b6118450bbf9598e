"""What is written of a definition and of an access is read back the same."""

from pathlib import Path

import pytest

from ostf_dual.environment.definition import (
    Commands,
    DeployerName,
    Environment,
    Node,
    VCenter,
    VMware,
    VMwareZone,
    VSphereCluster,
)
from ostf_dual.environment.load import load_access, load_environment, parse_access
from ostf_dual.environment.model import (
    Access,
    Hypervisor,
    LibvirtAccess,
    Secret,
    Vantage,
    VCenterAccess,
    ZoneSettings,
)
from ostf_dual.environment.secret import secrets_in
from ostf_dual.environment.written import access_to_yaml, environment_from_json, environment_to_json
from ostf_dual.errors import InputError, OstfError

CLUSTERS = (VSphereCluster(cluster="Cluster1", service_name="vmcluster1", target="vc-1"),)
ENVIRONMENT = Environment(
    name="dual",
    release="2024.2",
    deployer=DeployerName.COMMAND,
    hypervisor=Hypervisor.QEMU,
    nodes=(Node(name="c-1", roles=("controller", "compute")), Node(name="vc-1", roles=("vcenter-compute",))),
    vmware=VMware(
        zones=(
            VMwareZone(
                name="esx-a",
                vcenter=VCenter(host="vc", password=Secret(env="VC_PASSWORD"), ca_file=Path("/etc/ca.pem")),
                clusters=CLUSTERS,
            ),
        )
    ),
    commands=Commands(deploy=("./deploy",), cwd=Path("/srv")),
    hypervisor_budgets={Hypervisor.VCENTER: {"boot_s": 600.0}},
    zones={"esx-a": ZoneSettings(image="TestVM-VMDK")},
)
ACCESS = Access(
    cloud="health",
    expect=("nova", "esx-a"),
    clouds_file=Path("/etc/clouds.yaml"),
    vantage=Vantage(command=("ssh", "jump")),
    libvirt=(LibvirtAccess(host="c-1"),),
    vcenters=(
        VCenterAccess(name="vc", host="vc", user="u", password=Secret(command=("pass", "show", "vc"))),
    ),
    zones={"esx-a": ZoneSettings(hypervisor=Hypervisor.VCENTER)},
)


def test_a_definition_comes_back_from_json_as_it_was() -> None:
    assert environment_from_json(environment_to_json(ENVIRONMENT), "it") == ENVIRONMENT


def test_a_definition_of_another_form_is_refused_and_not_shown() -> None:
    with pytest.raises(OstfError, match=r"definition\.json is not readable") as caught:
        environment_from_json('{"name": "hunter2"}', "definition.json")
    assert "hunter2" not in str(caught.value)


def test_an_access_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "access.yaml"
    path.write_text(access_to_yaml(ACCESS))

    assert load_access(path) == ACCESS


@pytest.mark.parametrize(
    "text", ['{"cloud": "c", "clouds_file": "clouds.yaml"}', "cloud: c\nclouds_file: clouds.yaml"]
)
def test_a_program_may_print_an_access_as_yaml_or_json(text: str) -> None:
    assert parse_access(text, "it", Path("/srv")) == Access(cloud="c", clouds_file=Path("/srv/clouds.yaml"))


def test_what_a_program_prints_wrong_is_told_by_its_path() -> None:
    with pytest.raises(InputError, match=r"(?s)commands.access cannot be used:.*budgets.boot_s"):
        parse_access("cloud: c\nbudgets: {boot_s: soon}", "commands.access", Path("/srv"))


def test_commands_run_in_the_files_folder_where_the_file_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "env.yaml"
    path.write_text("{name: x, release: '2024.2', deployer: command, commands: {deploy: [./deploy]}}")

    commands = load_environment(path).commands

    assert commands is not None
    assert commands.cwd == tmp_path


def test_every_secret_of_a_definition_is_found() -> None:
    assert list(secrets_in(ENVIRONMENT)) == [Secret(env="VC_PASSWORD")]
    assert list(secrets_in(ACCESS)) == [Secret(command=("pass", "show", "vc"))]
