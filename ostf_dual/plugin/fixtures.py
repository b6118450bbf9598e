"""What checks ask for. Each may be overridden by a conftest.py; the others then follow."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

import pytest

from ostf_dual.errors import NotAskedError, OstfError
from ostf_dual.journal import Journal
from ostf_dual.plugin.checks import scenario_of, title_of
from ostf_dual.plugin.record import Record
from ostf_dual.plugin.run import RUN
from ostf_dual.plugin.typing import Evidence, Staying, Step
from ostf_dual.runs.recorder import Recorder

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.servers import Server
    from ostf_dual.cloud.volumes import Volume
    from ostf_dual.cloud.workbench import Workbench
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.environment.definition import Environment
    from ostf_dual.plugin.stage import Stage

T = TypeVar("T")


@pytest.fixture(scope="session")
def cloud(pytestconfig: pytest.Config) -> "Cloud":
    """The cloud under check, connected."""
    return pytestconfig.stash[RUN].holdings.cloud


@pytest.fixture(scope="session")
def zones(pytestconfig: pytest.Config) -> "tuple[Zone, ...]":
    """Every zone of the cloud."""
    return pytestconfig.stash[RUN].holdings.zones


@pytest.fixture(scope="session")
def journal(pytestconfig: pytest.Config) -> Journal:
    """Where a test that makes things says so first."""
    return pytestconfig.stash[RUN].holdings.journal


@pytest.fixture(scope="session")
def workbench(pytestconfig: pytest.Config) -> "Workbench":
    """What the run makes once and its checks share."""
    return pytestconfig.stash[RUN].holdings.workbench


@pytest.fixture
def test_vm(request: pytest.FixtureRequest, zone: "Zone", workbench: "Workbench") -> "Server":
    """The zone's shared server, for checks that change nothing of it."""
    return _shared(request, zone, "server", lambda: workbench.server(zone))


@pytest.fixture
def test_volume(request: pytest.FixtureRequest, zone: "Zone", workbench: "Workbench") -> "Volume":
    """The zone's shared volume."""
    return _shared(request, zone, "volume", lambda: workbench.volume(zone))


@pytest.fixture
def fresh_vm(zone: "Zone", workbench: "Workbench") -> "Iterator[Server]":
    """A server of the check's own, to do with as it likes."""
    with workbench.fresh_server(zone) as server:
        yield server


@pytest.fixture
def leftovers(pytestconfig: pytest.Config) -> tuple[str, ...]:
    """What clean-up could not remove. Who asks for it runs last; asking ends the life of the workbench."""
    return pytestconfig.stash[RUN].clean()


@pytest.fixture(scope="session")
def definition(pytestconfig: pytest.Config) -> "Environment":
    """What the user wants of the clouds of system scenarios."""
    return pytestconfig.stash[RUN].definition


@pytest.fixture
def stage(
    pytestconfig: pytest.Config, request: pytest.FixtureRequest, definition: "Environment", evidence: Evidence
) -> "Iterator[Stage]":
    """A cloud of the scenario's own, destroyed at its end; what a scenario that was killed left goes first."""
    from ostf_dual.deployers.progress import Progress
    from ostf_dual.deployers.registry import deployer_of
    from ostf_dual.plugin.stage import Stage, alone, named_after

    own = named_after(definition, scenario_of(request.node))
    run = pytestconfig.stash[RUN]
    progress, folder = Progress(run.console), run.reports / "scenarios"
    stage = Stage(own, deployer_of(own.deployer), progress, folder, evidence)
    try:
        title, _ = title_of(request.node)
        progress.say(f"{scenario_of(request.node)}, on cloud {own.name} by deployer {own.deployer}: {title}")
        with alone(own.name, progress):
            stage.destroy()
            yield stage
            stage.destroy()
    finally:
        progress.close()


@pytest.fixture
def staying(journal: Journal, step: Step, evidence: Evidence) -> Staying:
    """A server that stays while a scenario changes the cloud around it."""
    from ostf_dual.plugin.staying import stay  # with openstacksdk behind it

    return lambda access: stay(access, journal, step, evidence)


@pytest.fixture
def step(request: pytest.FixtureRequest) -> Step:
    """What makes numbered steps; the report names the one that failed. A scenario's are told as they come."""
    recorder = _recorder(request)
    if "stage" not in request.fixturenames:
        return recorder.step
    stage: Stage = request.getfixturevalue("stage")
    return lambda title: stage.step(recorder, title)


@pytest.fixture
def evidence(request: pytest.FixtureRequest) -> Evidence:
    """``evidence("domain XML", text)``: something to look at, kept with the result."""
    return _recorder(request).attach


def _recorder(request: pytest.FixtureRequest) -> Recorder:
    record = Record.of(request.node)
    return record.recorder if record else Recorder()


def _shared(request: pytest.FixtureRequest, zone: "Zone", kind: str, get: Callable[[], T]) -> T:
    """What the zone shares. Where it cannot be had, the cause is told once, and pointed to afterwards."""
    try:
        return get()
    except NotAskedError:
        raise
    except Exception:
        causes = request.config.stash[RUN].causes
        first = causes.setdefault((zone.label, kind), request.node)
        told = Record.of(first)
        if first is request.node or told is None:
            raise
        raise OstfError(f"zone {zone.label} has no {kind} to ask about: see {told.subject}") from None
