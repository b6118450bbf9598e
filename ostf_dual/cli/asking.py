"""What a run is asked for: what `run`, `rerun` and `watch` take, and hand over to pytest."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Which cloud is asked how much, and where the reports go.

    Attributes:
        cloud: By its name in clouds.yaml; None: the environment file or ``$OS_CLOUD`` names it.
        environment: What is known of it.
        expect: Zones that must be there, separated by commas.
        openstack_only: Whether zones without a second witness are accepted.
    """

    cloud: str | None
    environment: Path | None
    profile: str
    expect: str | None
    openstack_only: bool
    reports: Path

    def arguments(self) -> list[str]:
        """The same in pytest's options.

        Raises:
            InputError: No cloud is named, or the environment file cannot be used.
        """
        from ostf_dual.environment.access import read_access  # with what looks after secrets: not for help

        named = read_access(self.environment, self.cloud).cloud
        options = {"--os-cloud": named, "--profile": self.profile, "--ostf-reports": str(self.reports)}
        if self.environment:
            options["--ostf-environment"] = str(self.environment)
        if self.expect is not None:
            options["--expect"] = self.expect
        given = [f"{option}={value}" for option, value in options.items()]
        return [*given, *(["--openstack-only"] if self.openstack_only else [])]
