"""`ostf-dual env`: what it prints, and with what it ends."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ostf_dual.cli.app import app

FIXTURES = Path(__file__).parents[3] / "fixtures" / "environments"
DUAL, ONLY = str(FIXTURES / "qemu-and-vcenter.yaml"), str(FIXTURES / "qemu-only.yaml")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["env", *arguments], catch_exceptions=False)


@pytest.fixture
def bad(tmp_path: Path) -> str:
    path = tmp_path / "bad.yaml"
    path.write_text(Path(DUAL).read_text().replace("roles: [cinder]", "roles: [cindre]"))
    return str(path)


def test_several_files_are_checked_and_one_that_is_bad_ends_with_4(bad: str) -> None:
    done = call("check", DUAL, bad, ONLY)

    assert done.exit_code == 4
    lines = [line for line in done.output.splitlines() if line.startswith(("/", "  fault"))]
    assert [line.rpartition("/")[2] for line in lines if line.startswith("/")] == [
        "qemu-and-vcenter.yaml: 0 faults, 1 warning",
        "bad.yaml: 2 faults, 1 warning",
        "qemu-only.yaml: 0 faults, 0 warnings",
    ]
    assert (
        "line 27, nodes.2.roles: there is no role 'cindre'; did you mean cinder? (ostf-dual)" in done.output
    )


def test_warnings_fail_nothing() -> None:
    done = call("check", DUAL)

    assert done.exit_code == 0
    assert "no high availability" in done.output


@pytest.mark.parametrize(
    ("shipped", "was", "becomes", "said"),
    [
        ("qemu-and-vcenter", "nodes:", "nodes:\n  - {name: c2, roles: [compute]}",
         "line 20, nodes: the lab has one libvirtd, so one node with role compute, not 2 (deployer lab)"),
        ("qemu-and-vcenter", "roles: [cinder]", "roles: [cinder, mongo]",
         "line 27, nodes.cinder-kvm.roles: the lab has no role mongo"),
        ("kvm-and-vcenter", "host: vcenter.example.org", "host: vcenter.example.org\n        port: 8443",
         "vmware: a Fuel master speaks to vCenters at port 443 only; vcenter.example.org has 8443 (deployer nailgun)"),
    ],
)  # fmt: skip
def test_what_the_deployer_can_never_carry_is_said_with_its_line(
    tmp_path: Path, shipped: str, was: str, becomes: str, said: str
) -> None:
    text, path = (FIXTURES / f"{shipped}.yaml").read_text(), tmp_path / "beyond.yaml"
    assert was in text
    path.write_text(text.replace(was, becomes))

    done = call("check", str(path))

    assert done.exit_code == 4
    assert said in done.output


def test_faults_are_there_for_programs(bad: str) -> None:
    one, other = json.loads(call("check", DUAL, bad, "--json").output)

    assert one["is_usable"]
    assert one["warnings"][0]["path"] == "nodes.3.roles"
    assert not other["is_usable"]
    assert other["faults"][0] == {
        "path": "nodes.2.roles",
        "message": "there is no role 'cindre'; did you mean cinder?",
        "line": 27,
        "source": "ostf-dual",
        "is_warning": False,
    }


def test_a_definition_is_shown_as_it_is_understood() -> None:
    done = call("show", DUAL)

    assert done.exit_code == 0
    for words in ("today's OpenStack's rule book", "TestVM-KVM (qcow2, qemu), TestVM-VMDK (vmdk, vcenter)",
                  "expected zones     kvm, vcenter", "expected services  none by name",
                  "no high availability"):  # fmt: skip
        assert words in done.output


def test_what_is_shown_is_there_for_programs() -> None:
    told = json.loads(call("show", DUAL, "--json").output)

    assert told["expected_zones"] == ["kvm", "vcenter"]
    assert told["zones"] == {"kvm": ["qemu"], "vcenter": ["vcenter"]}
    assert told["definition"]["vmware"]["zones"][0]["vcenter"]["port"] == 443
    assert told["nodes"][3]["partitions"] == ["os"]
    assert told["budgets_s"]["vcenter"]["boot_s"] == 300


def test_a_definition_with_faults_is_not_shown(bad: str) -> None:
    done = call("show", bad)

    assert done.exit_code == 4
    assert "nodes.2.roles" in done.stderr
    assert done.stdout == ""


def test_a_difference_is_told_and_is_no_fault() -> None:
    done = call("diff", ONLY, DUAL)

    assert done.exit_code == 0
    assert "+ node compute-vcenter comes: roles vcenter-compute" in done.output
    assert "the same cloud" in call("diff", DUAL, DUAL).output
    assert json.loads(call("diff", DUAL, DUAL, "--json").output) == []
    names = [each["path"] for each in json.loads(call("diff", ONLY, DUAL, "--json").output)]
    assert names[0] == "name"
    assert "vmware.zones.vcenter" in names


def test_the_schema_is_printed() -> None:
    assert json.loads(call("schema").output)["required"] == ["name", "release", "deployer"]


def test_the_rules_are_printed_with_their_sources() -> None:
    done = call("rules")
    rows = json.loads(call("rules", "--json").output)

    assert "Nailgun b93d62a31" in done.output
    assert len(rows) > 80
    assert all(each["says"] and each["source"] for each in rows)


@pytest.mark.parametrize("command", ["check", "show", "diff", "rules", "schema"])
def test_help_has_an_example_and_the_exit_codes(command: str) -> None:
    told = " ".join(call(command, "--help").output.split())

    assert f"ostf-dual env {command}" in told
    assert "0 fine" in told
    assert "4 a file has faults" in told
