"""The deployer `command`: which command is run when, and what it gets and tells."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ostf_dual.deployers import deployment
from ostf_dual.deployers.base import Action, Change, Plan
from ostf_dual.deployers.command import CommandDeployer, parse_plan
from ostf_dual.deployers.memory import Memory, Status
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Environment, Network, Node
from ostf_dual.environment.model import Access, Hypervisor
from ostf_dual.errors import InputError, OstfError
from tests.contract.deployers.conftest import PASSWORD, command_environment

COMPUTE_2 = Node(name="compute-2", roles=("compute",))


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    monkeypatch.setenv("INSTALLER_PASSWORD", PASSWORD)
    return command_environment(tmp_path)


def changed(environment: Environment, **commands: object) -> Environment:
    assert environment.commands is not None
    return replace(environment, commands=replace(environment.commands, **commands))  # type: ignore[arg-type]


def with_node(environment: Environment, *nodes: Node) -> Environment:
    return replace(environment, nodes=(*environment.nodes, *nodes))


def printing(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"print({text!r})")


@pytest.mark.parametrize(
    ("line", "change"),
    [
        (
            "add node c-2: compute, cinder",
            Change(action=Action.ADD, what="node c-2", detail="compute, cinder"),
        ),
        ("Remove node c-2", Change(action=Action.REMOVE, what="node c-2")),
        (
            "  note  zone esx-a : it has no HA",
            Change(action=Action.NOTE, what="zone esx-a", detail="it has no HA"),
        ),
        ("change url a://b: c: d", Change(action=Action.CHANGE, what="url a://b", detail="c: d")),
        ("Plan: 3 to add, 0 to destroy.", Change(action=Action.CHANGE, what="Plan: 3 to add, 0 to destroy.")),
        ("added", Change(action=Action.CHANGE, what="added")),
    ],
)
def test_a_line_of_a_plan_is_a_change(line: str, change: Change) -> None:
    assert parse_plan(f"\n{line}\n") == Plan(changes=(change,))


def test_a_line_of_a_plan_may_refuse() -> None:
    assert parse_plan("refuse kvm: this machine: has none") == Plan(refusals=("kvm: this machine: has none",))


def test_no_line_is_no_difference() -> None:
    assert parse_plan(" \n\n").is_empty


def test_nodes_that_came_are_added_and_named(
    environment: Environment, progress: Progress, tmp_path: Path
) -> None:
    for each in (environment, with_node(environment, COMPUTE_2), environment):
        deployment.deploy(each, progress)

    assert (tmp_path / "calls").read_text().splitlines() == ["deploy -", "add compute-2", "deploy -"]


def test_a_change_of_other_nodes_is_deployed_as_a_whole(
    environment: Environment, progress: Progress, tmp_path: Path
) -> None:
    deployment.deploy(environment, progress)
    controller, compute, esx = environment.nodes
    moved = replace(environment, nodes=(controller, replace(compute, name="x"), esx, COMPUTE_2))

    deployment.deploy(moved, progress)

    assert (tmp_path / "calls").read_text().splitlines()[1:] == ["deploy -"]


def calls(folder: Path) -> list[str]:
    return (folder / "calls").read_text().splitlines()


def test_a_node_with_its_vsphere_cluster_is_added(
    environment: Environment, progress: Progress, tmp_path: Path
) -> None:
    kvm_only = replace(environment, nodes=environment.nodes[:2], vmware=None)

    deployment.deploy(kvm_only, progress)
    deployment.deploy(environment, progress)

    assert calls(tmp_path) == ["deploy -", "add esx-1"]


def test_a_node_that_comes_with_another_change_is_deployed_as_a_whole(
    environment: Environment, progress: Progress, tmp_path: Path
) -> None:
    deployment.deploy(environment, progress)

    deployment.deploy(
        replace(with_node(environment, COMPUTE_2), network=Network(segmentation="vxlan")), progress
    )
    deployment.deploy(replace(environment, vmware=None, nodes=environment.nodes[:2]), progress)
    deployment.deploy(replace(environment, hypervisor=Hypervisor.QEMU), progress)

    assert calls(tmp_path) == ["deploy -"] * 4


FAILING = (sys.executable, "-c", "raise SystemExit(1)")


@pytest.mark.parametrize("spoilt", [{"deploy": FAILING}, {"access": FAILING}])
def test_after_a_deployment_that_failed_nothing_is_taken_for_deployed(
    environment: Environment, progress: Progress, tmp_path: Path, spoilt: dict[str, tuple[str, ...]]
) -> None:
    environment = changed(environment, plan=None)
    deployment.deploy(environment, progress)
    other = replace(environment, network=Network(segmentation="vxlan"))

    with pytest.raises(AssertionError):
        deployment.deploy(changed(other, **spoilt), progress)

    plan = deployment.plan(environment, progress)
    assert not plan.is_empty
    assert "did not come to its end" in plan.changes[-1].detail
    deployment.deploy(with_node(environment, COMPUTE_2), progress)
    assert calls(tmp_path)[-1] == "deploy -"


def test_an_installer_that_cannot_be_started_has_changed_nothing(
    environment: Environment, progress: Progress
) -> None:
    environment = changed(environment, plan=None)
    deployment.deploy(environment, progress)
    other = replace(environment, network=Network(segmentation="vxlan"))

    with pytest.raises(InputError, match=r"commands\.deploy: cannot run"):
        deployment.deploy(changed(other, deploy=("./nothing",)), progress)
    with pytest.raises(InputError, match=r"commands\.destroy: cannot run"):
        deployment.destroy(changed(environment, destroy=("./nothing",)), progress)

    assert deployment.plan(environment, progress).is_empty


def test_a_removal_that_failed_leaves_nothing_that_is_taken_for_deployed(
    environment: Environment, progress: Progress
) -> None:
    environment = changed(environment, plan=None)
    deployment.deploy(environment, progress)

    with pytest.raises(AssertionError, match=r"commands\.destroy"):
        deployment.destroy(changed(environment, destroy=FAILING), progress)

    assert not deployment.plan(environment, progress).is_empty


def test_without_a_plan_of_its_own_it_goes_by_what_was_deployed_last(
    environment: Environment, progress: Progress, tmp_path: Path
) -> None:
    environment = changed(environment, plan=None)

    def planned(wanted: Environment) -> list[tuple[str, str]]:
        plan = deployment.plan(wanted, progress)
        return [(each.action, each.what) for each in plan.changes if each.action is not Action.NOTE]

    controller, compute, esx = environment.nodes
    assert planned(environment) == [("add", f"node {each.name}") for each in environment.nodes]
    deployment.deploy(environment, progress)
    assert planned(environment) == []
    assert planned(with_node(environment, COMPUTE_2)) == [("add", "node compute-2")]
    assert planned(replace(environment, nodes=(controller, esx), hypervisor=Hypervisor.QEMU)) == [
        ("remove", f"node {compute.name}"),
        ("change", "hypervisor"),
    ]
    # Only the installer knows whether what it made still stands.
    deployment.deploy(environment, progress)
    assert (tmp_path / "calls").read_text().splitlines() == ["deploy -", "deploy -"]


def test_the_access_gets_what_the_definition_says(
    environment: Environment, progress: Progress, tmp_path: Path
) -> None:
    access = deployment.deploy(environment, progress)

    assert access == Access(
        cloud="scripted",
        clouds_file=tmp_path / "clouds.yaml",
        expect=("esx", "nova"),
        nodes={"v1": "esx-1"},
    )


def test_an_access_that_cannot_be_read_is_a_failure_that_a_second_call_mends(
    environment: Environment, progress: Progress
) -> None:
    with pytest.raises(OstfError, match=r"what commands\.access printed cannot be used") as caught:
        deployment.deploy(changed(environment, access=printing("clod: x")), progress)

    assert not isinstance(caught.value, InputError)
    assert deployment.deploy(environment, progress).cloud == "scripted"


def test_an_access_that_cannot_be_asked_for_is_no_refusal_since_the_cloud_is_deployed(
    environment: Environment, progress: Progress
) -> None:
    with pytest.raises(OstfError, match=r"commands\.access: cannot run") as caught:
        deployment.deploy(changed(environment, access=("./nothing",)), progress)

    assert not isinstance(caught.value, InputError)
    state = Memory(environment.name).state
    assert state is not None
    assert state.status is Status.FAILED


def test_without_any_way_to_the_cloud_nothing_is_begun(
    environment: Environment, progress: Progress, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"access: give it, or `commands\.access`"):
        deployment.deploy(changed(environment, access=None), progress)

    assert not (tmp_path / "calls").exists()


def test_an_installer_that_fails_is_told_with_its_last_words_and_no_secret(
    environment: Environment, progress: Progress, told: io.StringIO
) -> None:
    code = "import os, sys; print('bad password', os.environ['INSTALLER_PASSWORD']); sys.exit(2)"

    with pytest.raises(AssertionError, match=r"commands\.deploy .*exit status 2") as caught:
        deployment.deploy(changed(environment, deploy=(sys.executable, "-c", code)), progress)

    assert "bad password ***" in str(caught.value)
    assert "bad password ***" in told.getvalue()
    assert PASSWORD not in f"{caught.value}{told.getvalue()}"


def test_variables_are_passed_on_by_name(
    environment: Environment, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", "/run/agent")
    monkeypatch.setenv("AWS_SECRET", "not for it")
    code = "import os; print(*(f'note {name}' for name in sorted(os.environ) if name.isupper()))"
    asked = changed(environment, plan=(sys.executable, "-c", code), variables=("SSH_AUTH_SOCK",))

    (change,) = CommandDeployer().plan(asked, progress).changes

    assert "SSH_AUTH_SOCK" in change.what
    assert "INSTALLER_PASSWORD" in change.what
    assert "PATH" in change.what
    assert "AWS_SECRET" not in change.what


def test_without_a_command_for_it_destroying_is_refused(environment: Environment, progress: Progress) -> None:
    with pytest.raises(InputError, match=r"commands\.destroy: not given"):
        CommandDeployer().destroy(changed(environment, destroy=None), progress)
