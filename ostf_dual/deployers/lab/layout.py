"""Where the lab keeps its things, on the machine and inside its own namespaces.

On the machine: ``$XDG_CACHE_HOME/ostf-dual/lab`` (what is slow to make, by content key; safe to delete while no lab
is up) and ``$XDG_STATE_HOME/ostf-dual/lab/NAME`` (one lab; ``lab down`` removes it). Nothing else is written.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from ostf_dual.files import cache_folder, private_folder, state_folder

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
"""Of a lab; it is a folder's too, that ``down`` removes."""

INSIDE = Path("/run/lab")
"""The state folder as the lab's own processes see it: short (sockets), and the same for every lab (snapshots)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The folders of one lab, as the machine sees them."""

    name: str
    cache: Path
    state: Path

    @classmethod
    def of(cls, name: str) -> "Layout":
        """The folders of the lab of this name, by the XDG variables."""
        return cls(
            name=name,
            cache=cache_folder() / "lab",
            state=state_folder() / "lab" / name,
        )

    @property
    def etc(self) -> Path:
        """A folder of configuration per node."""
        return self.state / "etc"

    @property
    def var(self) -> Path:
        """What the services store."""
        return self.state / "var"

    @property
    def log(self) -> Path:
        """One log per service."""
        return self.state / "log"

    @property
    def run(self) -> Path:
        """Sockets."""
        return self.state / "run"

    @property
    def record(self) -> Path:
        """What ``up`` decided: ports, the init process, the nodes."""
        return self.state / "lab.json"

    @property
    def clouds_file(self) -> Path:
        """clouds.yaml with the clouds ``NAME`` (the checks' project) and ``NAME-admin``."""
        return self.state / "clouds.yaml"

    @property
    def environment_file(self) -> Path:
        """How the health check reaches this lab."""
        return self.state / "environment.yaml"

    def make(self) -> None:
        """Make the folders, closed to everybody else."""
        for folder in (self.cache, self.state, self.etc, self.var, self.log, self.run):
            private_folder(folder)


def recipe(*parts: str) -> Path:
    """A file or folder of ``fixtures/``: beside a checkout's package, or inside the wheel."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "_data" / "fixtures"
    return (installed if installed.is_dir() else package.parent / "fixtures").joinpath(*parts)
