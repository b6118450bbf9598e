"""What was deployed last under a name: ``$XDG_STATE_HOME/ostf-dual/environments/NAME``, closed to everybody else."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

from ostf_dual.deployers.alone import alone
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import DeployerName, Environment
from ostf_dual.environment.model import Access
from ostf_dual.errors import InputError, OstfError
from ostf_dual.files import environment_folder, write_private
from ostf_dual.locks import is_taken

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LOCK = "lock"


class Status(StrEnum):
    """How far a deployment came."""

    DEPLOYING = "deploying"
    DEPLOYED = "deployed"
    FAILED = "failed"
    DESTROYING = "destroying"

    @property
    def is_going_on(self) -> bool:
        """Whether somebody should be at it."""
        return self in {Status.DEPLOYING, Status.DESTROYING}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far the last deployment came, since when, and by which deployer."""

    status: Status
    deployer: DeployerName
    since: datetime

    @classmethod
    def now(cls, status: Status, deployer: DeployerName) -> "State":
        """A state that begins."""
        return cls(status=status, deployer=deployer, since=datetime.now(UTC).replace(microsecond=0))


class Memory:
    """One name's folder: `definition.json` and `access.yaml` of what was deployed to the end, and `state.json`."""

    def __init__(self, name: str) -> None:
        """Of an environment's name, which is its folder's too.

        Raises:
            InputError: It cannot be a folder's name.
        """
        if not _NAME.fullmatch(name):
            raise InputError(
                f"name: {name!r} cannot name a folder: letters, digits, dots, dashes and underscores, at most 64, "
                "a letter or digit first"
            )
        self.name = name
        self.folder = environment_folder(name)
        self.access_file = self.folder / "access.yaml"
        self._definition_file = self.folder / "definition.json"
        self._state_file = self.folder / "state.json"

    @property
    def state(self) -> State | None:
        """How far the last deployment came; None: nothing is known of one.

        Raises:
            OstfError: The file is not readable.
        """
        try:
            found = json.loads(self._state_file.read_text("utf-8"))
            return State(
                status=Status(found["status"]),
                deployer=DeployerName(found["deployer"]),
                since=datetime.fromisoformat(found["since"]),
            )
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError) as error:
            raise OstfError(f"{self._state_file} is not readable ({error!r}); remove {self.folder}") from None

    @property
    def definition(self) -> Environment | None:
        """What was deployed to the end; None: nothing yet.

        Raises:
            OstfError: The file is not readable.
        """
        from ostf_dual.environment.written import environment_from_json  # pydantic

        try:
            text = self._definition_file.read_text("utf-8")
        except FileNotFoundError:
            return None
        return environment_from_json(text, str(self._definition_file))

    @property
    def is_held(self) -> bool:
        """Whether a process is changing it at this moment."""
        return is_taken(self.folder / _LOCK)

    def enter(self, state: State) -> None:
        """Write down how far it came."""
        write_private(self._state_file, json.dumps(asdict(state), indent=2, default=str))

    def keep(self, environment: Environment, access: Access) -> None:
        """Write down what is deployed, and how it is reached."""
        from ostf_dual.environment.written import access_to_yaml, environment_to_json  # pydantic

        write_private(self.access_file, access_to_yaml(access))
        write_private(self._definition_file, environment_to_json(environment))

    @contextmanager
    def doubted(self) -> Iterator[None]:
        """While somebody changes the cloud, and until it is kept again, no definition is taken for what is there.

        What was refused (InputError) changed nothing: then the last one still holds.
        """
        before = self._definition_file.read_text("utf-8") if self._definition_file.exists() else None
        self._definition_file.unlink(missing_ok=True)
        try:
            yield
        except InputError:
            if before is not None:
                write_private(self._definition_file, before)
            raise

    def forget(self) -> None:
        """Remove the folder; that there is none is no error."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def alone(self, progress: Progress) -> AbstractContextManager[None]:
        """One change of this name at a time; a second one waits and says so."""
        return alone(self.folder / _LOCK, progress, f"changing {self.name!r}")


def remembered() -> tuple[Memory, ...]:
    """Every name of which something is known."""
    found = sorted(each.name for each in environment_folder("").glob("*") if (each / "state.json").is_file())
    return tuple(Memory(name) for name in found if _NAME.fullmatch(name))
