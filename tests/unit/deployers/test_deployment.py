"""What is remembered of a deployment that ends well, ill, or not at all; and who may change what at once."""

import io
import os
import stat
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from rich.console import Console

from ostf_dual.deployers import deployment
from ostf_dual.deployers.base import Plan
from ostf_dual.deployers.memory import Memory, State, Status, remembered
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment import rules
from ostf_dual.environment.access import read_access
from ostf_dual.environment.definition import Commands, DeployerName, Environment, Node
from ostf_dual.environment.model import Access, Budgets, Hypervisor, ZoneSettings
from ostf_dual.errors import InputError, OstfError
from ostf_dual.reports.deployments import deployment_as_values
from ostf_dual.waiting import wait_until

ENVIRONMENT = Environment(
    name="dual-1.0",
    release="2024.2",
    deployer=DeployerName.LAB,
    hypervisor=Hypervisor.QEMU,
    nodes=(Node(name="c", roles=("controller", "compute"), zone="kvm"),),
)


@dataclass
class Scripted:
    """A deployer that ends as it is told."""

    end: BaseException | None = None
    status: list[Status] = field(default_factory=list)

    def plan(self, environment: Environment, progress: Progress) -> Plan:  # noqa: ARG002
        return Plan()

    def deploy(self, environment: Environment, progress: Progress) -> Access:  # noqa: ARG002
        self._do(environment)
        return Access(cloud="made", clouds_file=Path("/etc/clouds.yaml"))

    def destroy(self, environment: Environment, progress: Progress) -> None:  # noqa: ARG002
        self._do(environment)

    def _do(self, environment: Environment) -> None:
        state = Memory(environment.name).state
        assert state is not None
        self.status.append(state.status)
        if self.end:
            raise self.end


def status() -> Status | None:
    state = Memory(ENVIRONMENT.name).state
    return state.status if state else None


def test_what_was_deployed_is_remembered_and_closed_to_others(progress: Progress) -> None:
    deployer = Scripted()

    deployment.deploy(ENVIRONMENT, progress, deployer)

    memory = Memory(ENVIRONMENT.name)
    assert deployer.status == [Status.DEPLOYING]
    assert memory.definition == ENVIRONMENT
    assert status() is Status.DEPLOYED
    assert [each.name for each in remembered()] == [ENVIRONMENT.name]
    assert stat.S_IMODE(memory.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in memory.folder.iterdir()} == {0o600}


def test_a_run_finds_its_way_by_the_definition(progress: Progress, tmp_path: Path) -> None:
    file = tmp_path / "dual.yaml"
    file.write_text("{name: dual-1.0, release: '2024.2', deployer: lab}")

    with pytest.raises(InputError, match=f"`ostf-dual deploy {file}`"):
        read_access(file, None)
    deployment.deploy(ENVIRONMENT, progress, Scripted())

    assert read_access(file, None) == Access(cloud="made", clouds_file=Path("/etc/clouds.yaml"))
    assert read_access(file, "other").cloud == "other"


def test_an_adopted_cloud_is_found_before_it_was_deployed(tmp_path: Path) -> None:
    file = tmp_path / "env.yaml"
    file.write_text(
        "{name: a, release: '2024.2', deployer: existing, access: {cloud: c, budgets: {boot_s: 9}},"
        " nodes: [{name: n, roles: [compute], zone: kvm}], zones: {esx: {image: i}}}"
    )

    assert read_access(file, None) == Access(
        cloud="c", expect=("esx", "kvm"), zones={"esx": ZoneSettings(image="i")}, budgets=Budgets(boot_s=9)
    )


@pytest.mark.parametrize(
    "end", [AssertionError("no"), OstfError("?"), KeyboardInterrupt(), ZeroDivisionError()]
)
def test_a_deployment_that_fails_goes_on(progress: Progress, end: BaseException) -> None:
    deployment.deploy(ENVIRONMENT, progress, Scripted())
    more = replace(ENVIRONMENT, nodes=(*ENVIRONMENT.nodes, Node(name="more", roles=("base-os",))))

    with pytest.raises(type(end)):
        deployment.deploy(more, progress, Scripted(end))

    assert status() is Status.FAILED
    assert Memory(ENVIRONMENT.name).definition == ENVIRONMENT
    deployment.deploy(more, progress, Scripted())
    assert status() is Status.DEPLOYED
    assert Memory(ENVIRONMENT.name).definition == more


def test_what_was_refused_left_nothing_behind(progress: Progress) -> None:
    with pytest.raises(InputError):
        deployment.deploy(ENVIRONMENT, progress, Scripted(InputError("refused")))
    assert not Memory(ENVIRONMENT.name).folder.exists()

    deployment.deploy(ENVIRONMENT, progress, Scripted())
    with pytest.raises(InputError):
        deployment.deploy(ENVIRONMENT, progress, Scripted(InputError("refused")))
    assert status() is Status.DEPLOYED


def test_what_was_destroyed_is_forgotten_and_what_was_not_is_told(progress: Progress) -> None:
    deployment.deploy(ENVIRONMENT, progress, Scripted())

    with pytest.raises(OstfError):
        deployment.destroy(ENVIRONMENT, progress, Scripted(OstfError("?")))
    assert status() is Status.FAILED

    deployer = Scripted()
    deployment.destroy(ENVIRONMENT, progress, deployer)
    assert deployer.status == [Status.DESTROYING]
    assert not Memory(ENVIRONMENT.name).folder.exists()
    deployment.destroy(ENVIRONMENT, progress, deployer)


def test_a_name_belongs_to_the_deployer_that_took_it(progress: Progress) -> None:
    deployment.deploy(ENVIRONMENT, progress, Scripted())
    other = replace(ENVIRONMENT, deployer=DeployerName.COMMAND, commands=Commands(deploy=("true",)))

    for call in (deployment.plan, deployment.deploy, deployment.destroy):
        with pytest.raises(InputError, match="was deployed by lab, not by command"):
            call(other, progress, Scripted())


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/etc", "-a", ".a", "a\n", "x" * 65])
def test_a_name_that_is_no_folder_of_its_own_is_refused(name: str, progress: Progress) -> None:
    with pytest.raises(InputError, match="cannot name a folder"):
        deployment.deploy(replace(ENVIRONMENT, name=name), progress, Scripted())


def test_warnings_are_said_and_stop_nothing(
    progress: Progress, told: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = rules.Rule(id="controllers", says="", source="spec", is_warning=True)
    warning = rule.broken("nodes", "one controller has no HA")
    monkeypatch.setattr(rules, "problems", lambda _: (warning,))

    deployment.deploy(ENVIRONMENT, progress, Scripted())

    assert "nodes: one controller has no HA (spec)" in told.getvalue()


def test_a_second_deployment_of_a_name_waits_for_the_first(progress: Progress, told: io.StringIO) -> None:
    first, second = Memory("one"), threading.Event()

    def wait() -> None:
        other = Progress(Console(file=told, width=200))
        with Memory("one").alone(other):
            second.set()
        other.close()

    waiter = threading.Thread(target=wait)
    with first.alone(progress):
        assert first.is_held
        waiter.start()
        wait_until(told.getvalue, lambda text: "Wait for process" in text, what="it to say so", timeout_s=10)
        assert f"Wait for process {os.getpid()}, which is changing 'one'" in told.getvalue()
        assert not second.is_set()
        first.forget()
    waiter.join(10)

    assert second.is_set()
    assert not first.is_held


def test_what_was_going_on_and_has_no_process_is_broken_off(progress: Progress) -> None:
    memory = Memory("one")
    memory.enter(State.now(Status.DEPLOYING, DeployerName.LAB))

    assert deployment_as_values(memory)["state"] == "deploying, broken off"
    with memory.alone(progress):
        assert deployment_as_values(memory)["state"] == "deploying"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"status": "x", "deployer": "lab", "since": "2026-01-01"}']
)
def test_a_state_that_cannot_be_read_names_what_to_remove(text: str) -> None:
    memory = Memory("one")
    memory.enter(State.now(Status.DEPLOYED, DeployerName.LAB))
    (memory.folder / "state.json").write_text(text)

    with pytest.raises(OstfError, match=f"remove {memory.folder}"):
        _ = memory.state


def test_a_cloud_that_was_never_adopted_is_not_called_so(progress: Progress, told: io.StringIO) -> None:
    existing = replace(ENVIRONMENT, deployer=DeployerName.EXISTING, access=Access(cloud="theirs"))

    deployment.destroy(existing, progress)
    never = told.getvalue()
    Memory(existing.name).keep(existing, Access(cloud="theirs"))
    deployment.destroy(existing, progress)

    assert "was never adopted here: there is nothing to forget" in never
    assert "was adopted, not made" not in never
    assert "was adopted, not made: nothing of the cloud is removed" in told.getvalue()
