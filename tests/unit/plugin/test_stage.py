"""The cloud of a scenario: deployed by any deployer, alone, and told while it lasts."""

import io
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from ostf_dual.deployers.base import Plan
from ostf_dual.deployers.outages import Outages
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.load import load_environment
from ostf_dual.environment.model import Access
from ostf_dual.environment.subset import without_vcenter
from ostf_dual.errors import NotConfiguredError, OstfError, UnsupportedError
from ostf_dual.plugin import command
from ostf_dual.plugin.stage import Stage, alone, named_after
from ostf_dual.runs.data import data_folder
from ostf_dual.runs.recorder import Recorder
from ostf_dual.waiting import wait_until

DUAL = load_environment(data_folder("fixtures") / "environments" / "qemu-and-vcenter.yaml")


class Plain:
    """A deployer that can do nothing else."""

    def plan(self, environment: Environment, progress: Progress) -> Plan:
        progress.say(f"planning {environment.name}")
        return Plan()

    def deploy(self, environment: Environment, progress: Progress) -> Access:
        progress.say(f"deploying {environment.name}")
        return Access(cloud=environment.name)

    def destroy(self, environment: Environment, progress: Progress) -> None:
        progress.say(f"destroying {environment.name}")


class Fragile(Plain):
    """One whose parts can be lost."""

    def node_lost(
        self, environment: Environment, node: str, progress: Progress
    ) -> AbstractContextManager[None]:
        progress.say(f"{node} of {environment.name} is lost")
        return nullcontext()

    service_lost = node_lost


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def output() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def progress(output: io.StringIO) -> Iterator[Progress]:
    made = Progress(Console(file=output, width=200))
    yield made
    made.close()


def stage(
    progress: Progress, definition: Environment, deployer: Plain, folder: Path = Path("unused")
) -> Stage:
    recorder = Recorder()
    return Stage(named_after(definition, "play"), deployer, progress, folder, recorder.attach)


def test_a_scenarios_cloud_has_the_scenarios_name_and_is_forgotten_at_its_end(progress: Progress) -> None:
    made = stage(progress, DUAL, Plain())

    assert made.deploy(made.definition).cloud == "sys-play"
    assert made.memory.definition == made.definition
    made.destroy()
    assert made.memory.state is None


def test_a_definition_with_one_hypervisor_would_prove_nothing(progress: Progress) -> None:
    vcenter_only = replace(DUAL, nodes=tuple(each for each in DUAL.nodes if "compute" not in each.roles))

    assert stage(progress, DUAL, Plain()).dual.vmware == DUAL.vmware
    for given, key in ((without_vcenter(DUAL), r"^vmware\.zones: "), (vcenter_only, "^nodes: ")):
        with pytest.raises(NotConfiguredError, match=key):
            _ = stage(progress, given, Plain()).dual


def test_what_an_earlier_play_left_is_not_taken_for_a_health_check_that_was_refused(
    progress: Progress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = tmp_path / "sys-play-1" / "summary.json"
    earlier.parent.mkdir()
    earlier.write_text("{}")
    refused = command.Ended(code=4, output="there is no such cloud")
    monkeypatch.setattr(command, "run", lambda *_, **__: refused)

    with pytest.raises(OstfError, match="ended with 4 and no summary:\nthere is no such cloud"):
        stage(progress, DUAL, Plain(), tmp_path).health()


def test_what_a_deployer_cannot_do_is_unsupported(progress: Progress, output: io.StringIO) -> None:
    with stage(progress, DUAL, Fragile()).node_lost(DUAL, "esx-1"):
        assert "esx-1 of qemu-and-vcenter is lost" in output.getvalue()
    assert not isinstance(Plain(), Outages)
    with pytest.raises(UnsupportedError, match="deployer lab cannot"):
        stage(progress, DUAL, Plain()).requires_outages()


def test_steps_are_numbered_in_the_report_and_told_on_the_terminal(
    progress: Progress, output: io.StringIO
) -> None:
    recorder, made = Recorder(), stage(progress, DUAL, Plain())
    with made.step(recorder, "deploy it"):
        pass
    with pytest.raises(AssertionError), made.step(recorder, "see that it is well"):
        raise AssertionError("it is not")

    assert [(each.number, each.title, each.passed) for each in recorder.steps] == [
        (1, "deploy it", True),
        (2, "see that it is well", False),
    ]
    assert "✓ 1: deploy it" in output.getvalue()
    assert "✗ 2: see that it is well" in output.getvalue()


def test_a_second_play_of_a_scenario_waits_for_the_first(progress: Progress, output: io.StringIO) -> None:
    entered = threading.Event()

    def play() -> None:
        with alone("play", progress):
            entered.set()

    other = threading.Thread(target=play)
    with alone("play", progress):
        other.start()
        wait_until(output.getvalue, lambda text: "Wait for another play of play" in text, what="it to wait",
                   timeout_s=10, first_pause_s=0.02)  # fmt: skip
        assert not entered.is_set()
    other.join(10)

    assert entered.is_set()


def test_a_command_is_heard_line_by_line_and_stopped_where_it_is_wanted() -> None:
    heard: list[str] = []
    ended = command.run(["list"], heard.append)
    stopped = command.run(["list"], heard.append, stop=lambda _: True)

    assert ended.code == 0
    assert "BOOT-01" in ended.output
    assert heard[0] == ended.output.splitlines()[0].rstrip()
    assert stopped.output
