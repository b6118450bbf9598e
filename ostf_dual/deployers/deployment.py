"""A definition's whole way: the rules, one at a time, its deployer, and what is remembered of it.

The deployer is the one that the definition names, unless another is given.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from ostf_dual.deployers.base import Deployer, Plan
from ostf_dual.deployers.memory import Memory, State, Status
from ostf_dual.deployers.progress import Progress
from ostf_dual.deployers.registry import deployer_of
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.model import Access
from ostf_dual.errors import InputError


def plan(environment: Environment, progress: Progress, deployer: Deployer | None = None) -> Plan:
    """What a deployment would do; touches nothing.

    Raises:
        InputError: The definition breaks rules; all of them are named.
        OstfError: What is there could not be asked.
    """
    _admitted(environment, progress)
    return (deployer or deployer_of(environment.deployer)).plan(environment, progress)


def deploy(environment: Environment, progress: Progress, deployer: Deployer | None = None) -> Access:
    """Bring the cloud to its definition, and remember it; one that failed goes on.

    Raises:
        InputError: The definition breaks rules, or the deployer cannot carry it; nothing was touched.
        AssertionError: The installer said no.
        OstfError: It could not be asked.
    """
    memory = _admitted(environment, progress)
    with memory.alone(progress), _entered(memory, environment, Status.DEPLOYING):
        access = (deployer or deployer_of(environment.deployer)).deploy(environment, progress)
        memory.keep(environment, access)
        memory.enter(State.now(Status.DEPLOYED, environment.deployer))
    return access


def destroy(environment: Environment, progress: Progress, deployer: Deployer | None = None) -> None:
    """Remove the cloud, and forget it; nothing to do is no error.

    The rules are not asked: what a newer rule forbids must still be removable.

    Raises:
        InputError: The deployer cannot; nothing was touched.
        AssertionError: The installer said no.
        OstfError: It could not be asked.
    """
    memory = _own(environment)
    with memory.alone(progress), _entered(memory, environment, Status.DESTROYING):
        (deployer or deployer_of(environment.deployer)).destroy(environment, progress)
        memory.forget()


def _admitted(environment: Environment, progress: Progress) -> Memory:
    from ostf_dual.environment.rules import problems

    found = problems(environment)
    for each in found:
        if each.is_warning:
            progress.say_once(f"{each.path}: {each.message} ({each.source})")
    if broken := [f"  {each.path}: {each.message} ({each.source})" for each in found if not each.is_warning]:
        raise InputError("\n".join((f"environment {environment.name!r} breaks rules:", *broken)))
    return _own(environment)


def _own(environment: Environment) -> Memory:
    """The memory of its name, unless that is another deployer's."""
    memory = Memory(environment.name)
    state = memory.state
    if state is not None and state.deployer is not environment.deployer:
        raise InputError(
            f"deployer: {environment.name!r} was deployed by {state.deployer}, not by {environment.deployer}: "
            f"`ostf-dual destroy` it with the file that says so, or give this one another name"
        )
    return memory


@contextmanager
def _entered(memory: Memory, environment: Environment, status: Status) -> Iterator[None]:
    """Writes down what is going on, and what became of it where it does not come to its end."""
    before = memory.state
    memory.enter(State.now(status, environment.deployer))
    try:
        yield
    except InputError:
        # Refused: nothing was touched.
        memory.enter(before) if before else memory.forget()
        raise
    except BaseException:
        memory.enter(State.now(Status.FAILED, environment.deployer))
        raise
