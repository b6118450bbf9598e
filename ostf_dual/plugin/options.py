"""From pytest's options to what a run is asked for."""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ostf_dual.environment.access import read_access
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.model import Access
from ostf_dual.errors import InputError
from ostf_dual.reports.elsewhere import require_folder, require_metrics_file
from ostf_dual.reports.files import refuse_foreign, refuse_unwritable
from ostf_dual.reports.kept import KeptRun, read_summary
from ostf_dual.runs.profiles import PROFILES, SYSTEM
from ostf_dual.runs.result import Asked

TEXT, JSON = "text", "json"
"""How a run is told while it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user wants of this run.

    Attributes:
        again: The run whose faults are asked about again, and nothing else; None: what the profile holds.
        markdown: A file for the Markdown summary, beside the one among the reports.
        prometheus: A file for metrics.
        is_plan: Whether it is only told what a run would take.
        as_json: Whether the result goes to standard output as JSON.
    """

    access: Access
    environment: Path | None
    definition: Environment | None = None
    scenario: str | None = None
    profile: str
    openstack_only: bool
    reports: Path
    asked: Asked
    again: KeptRun | None = None
    markdown: Path | None = None
    prometheus: Path | None = None
    is_plan: bool = False
    as_json: bool = False


def add_options(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("ostf-dual", "health of an OpenStack cloud")
    group.addoption("--os-cloud", metavar="NAME", help="the cloud to check, by its name in clouds.yaml")
    group.addoption("--ostf-environment", metavar="FILE", type=Path, help="what is known and expected of it")
    group.addoption("--expect", metavar="ZONES", help="zones that must be there, separated by commas")
    group.addoption("--profile", metavar="NAME", default="full", help="quick, smoke or full (the default)")
    group.addoption("--openstack-only", action="store_true", help="accept zones without a second witness")
    group.addoption("--ostf-reports", metavar="DIR", type=Path, default=Path("reports"), help="(reports)")
    group.addoption("--ostf-scenario", metavar="NAME", help="of profile system: this scenario alone")
    group.addoption(
        "--ostf-rerun", metavar="FILE", type=Path, help="ask what was at fault in this summary.json"
    )
    group.addoption("--ostf-markdown", metavar="FILE", type=Path, help="write the Markdown summary there too")
    group.addoption("--ostf-prometheus", metavar="FILE", type=Path, help="write metrics there: NAME.prom")
    group.addoption("--ostf-plan", action="store_true", help="say what a run would take; makes nothing")
    group.addoption("--ostf-list", action="store_true", help="list the checks; asks no cloud")
    group.addoption("--ostf-explain", metavar="CHECK", help="explain a check; asks no cloud")
    group.addoption(
        "--ostf-json",
        action="store_true",
        help="the result on standard output, as JSON; the rest on the other",
    )
    group.addoption(
        "--ostf-log-format", choices=(TEXT, JSON), default=TEXT, help="text (the default), or an event a line"
    )


def is_wanted(config: pytest.Config) -> bool:
    """Whether a cloud is to be checked; without one the plugin keeps out of the way."""
    return bool(config.option.os_cloud or config.option.ostf_environment)


def read_request(config: pytest.Config) -> Request:
    """Put the options and the environment file together.

    Raises:
        InputError: They cannot be used.
    """
    options = config.option
    environment: Path | None = options.ostf_environment
    definition = None
    if options.profile == SYSTEM and environment is None:
        raise InputError(
            "system scenarios deploy a cloud of their own: ostf-dual scenario NAME --environment FILE"
        )
    if options.profile == SYSTEM and environment is not None:
        from ostf_dual.deployers.limits import admitted  # pydantic, where there is a file

        definition = admitted(environment)
        access = Access(cloud=definition.name)
    else:
        access = read_access(environment, options.os_cloud)
    expect = None
    if options.expect is not None:
        expect = tuple(filter(None, (name.strip() for name in options.expect.split(","))))
        access = replace(access, expect=expect)
    again = read_summary(options.ostf_rerun) if options.ostf_rerun else None
    if not options.profile.isidentifier():
        raise InputError(f"no such profile: {options.profile!r}; wanted one of {', '.join(PROFILES)}")
    _refuse_destinations(options)
    return Request(
        access=access,
        environment=environment,
        definition=definition,
        scenario=options.ostf_scenario,
        profile=options.profile,
        openstack_only=options.openstack_only,
        reports=options.ostf_reports.absolute(),
        asked=Asked(
            profile=options.profile,
            environment=environment.absolute() if environment else None,
            expect=expect,
            openstack_only=options.openstack_only,
            paths=tuple(str(config.invocation_params.dir / path) for path in config.args),
            selection=" and ".join(filter(None, (options.keyword, options.markexpr))),
            rerun_of=again.run_id if again else None,
        ),
        again=again,
        markdown=options.ostf_markdown and options.ostf_markdown.absolute(),
        prometheus=options.ostf_prometheus and options.ostf_prometheus.absolute(),
        is_plan=options.ostf_plan,
        as_json=options.ostf_json,
    )


def _refuse_destinations(options: argparse.Namespace) -> None:
    """See that what is to be written can be, before a cloud is asked.

    Raises:
        InputError: It cannot.
    """
    if options.ostf_markdown is not None:
        require_folder(options.ostf_markdown)
    if options.ostf_prometheus is not None:
        require_metrics_file(options.ostf_prometheus)
    if not (options.ostf_plan or options.collectonly):
        refuse_unwritable(options.ostf_reports)
        refuse_foreign(options.ostf_reports)
