"""The command line: says what there is, and hands over. No logic here."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ostf_dual.cli.deployments import app as deployments
from ostf_dual.cli.scenarios import app as scenarios
from ostf_dual.runs.exit_code import ExitCode

EXIT_CODES = "Exit codes: " + "; ".join(f"{int(code)} {code.meaning}" for code in ExitCode) + "."

app = typer.Typer(
    name="ostf-dual",
    help="The health check for OpenStack clouds that run servers on KVM and on VMware vCenter at once.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
lab = typer.Typer(help="The embedded cloud: real OpenStack services on this machine.", no_args_is_help=True)
app.add_typer(lab, name="lab")
app.add_typer(deployments)
app.add_typer(scenarios)

Cloud = Annotated[
    str | None,
    typer.Option("--os-cloud", metavar="NAME", help="The cloud, by its name in clouds.yaml; else $OS_CLOUD."),
]
Environment = Annotated[
    Path | None,
    typer.Option(
        "--environment",
        envvar="OSTF_ENVIRONMENT",
        metavar="FILE",
        help="File with what is known of the cloud.",
    ),
]
Reports = Annotated[Path, typer.Option("--reports", metavar="DIR", help="Where the report's files go.")]
LabName = Annotated[str, typer.Option("--name", metavar="NAME", help="Which lab.")]
LabNodes = Annotated[
    str, typer.Option("--nodes", metavar="NODES", help="Which nodes, separated by commas; else all.")
]
Service = Annotated[str, typer.Argument(metavar="SERVICE", help="As `lab status` calls it.")]


class Profile(StrEnum):
    """Each holds the ones before it; disruptive and system only run when asked for."""

    QUICK = "quick"
    SMOKE = "smoke"
    FULL = "full"
    DISRUPTIVE = "disruptive"
    SYSTEM = "system"


@app.callback(invoke_without_command=True)
def ostf_dual(
    *, version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False
) -> None:
    """Say the version, if that is all."""
    if version:
        from ostf_dual.__main__ import print_version

        print_version()
        raise typer.Exit


@app.command(epilog=EXIT_CODES)
def run(
    pytest_arguments: Annotated[
        list[str] | None, typer.Argument(metavar="-- PYTEST ...", help="Handed to pytest: -- -k BOOT")
    ] = None,
    *,
    os_cloud: Cloud = None,
    environment: Environment = None,
    profile: Annotated[Profile, typer.Option(help="How much to check.")] = Profile.FULL,
    expect: Annotated[
        str | None, typer.Option(metavar="ZONES", help="Zones that must be there, separated by commas.")
    ] = None,
    openstack_only: Annotated[
        bool, typer.Option("--openstack-only", help="Accept zones without a second witness.")
    ] = False,
    reports: Reports = Path("reports"),
    html: Annotated[bool, typer.Option(help="Make the HTML report too.")] = True,
) -> None:
    """Check a cloud, in every zone that it has."""
    from ostf_dual.cli.commands import check

    raise typer.Exit(
        check(
            pytest_arguments or [],
            cloud=os_cloud,
            environment=environment,
            profile=profile,
            expect=expect,
            openstack_only=openstack_only,
            reports=reports,
            html=html,
        )
    )


@app.command()
def discover(*, os_cloud: Cloud = None, environment: Environment = None) -> None:
    """Print what a cloud has, and from what that was concluded."""
    from ostf_dual.cli.commands import discover as show

    show(os_cloud, environment)


@app.command("list")
def list_checks() -> None:
    """List the checks."""
    from ostf_dual.cli.child import run_pytest

    raise typer.Exit(run_pytest(["--ostf-list", "-qq", "--no-header", "--tb=short"]))


@app.command()
def cleanup(
    run_id: Annotated[
        str | None,
        typer.Argument(metavar="RUN", help="Id of the run; without it, every run that left things."),
    ] = None,
    *,
    os_cloud: Cloud = None,
    environment: Environment = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is left.")] = False,
) -> None:
    """Remove what a run left behind.

    This machine's journals say what that is; with --os-cloud and RUN no journal is needed, on any machine.
    """
    from ostf_dual.cli.commands import clean_up

    raise typer.Exit(clean_up(run_id, cloud=os_cloud, environment=environment, dry_run=dry_run))


@app.command()
def report(*, reports: Reports = Path("reports")) -> None:
    """Make the HTML report again, from the results of the last run."""
    from ostf_dual.cli.commands import show_html

    raise typer.Exit(show_html(reports))


@lab.command("up")
def lab_up(*, name: LabName = "default", nodes: LabNodes = "") -> None:
    """Bring the lab up, or go on where it stopped.

    A lab that is up gets the nodes that it lacks. It must be asked for by root, on Debian 12. The nodes:
    controller, compute-kvm, compute-vcenter, cinder-kvm, cinder-vmware. A cloud with KVM alone, that gets a
    vCenter compute later:

        ostf-dual lab up --nodes controller,compute-kvm,cinder-kvm

        ostf-dual lab up --nodes compute-vcenter,cinder-vmware
    """
    from ostf_dual.deployers.lab import commands

    commands.up(name, tuple(filter(None, (each.strip() for each in nodes.split(",")))))


@lab.command("remove")
def lab_remove(
    node: Annotated[str, typer.Argument(metavar="NODE", help="As `lab status` calls it.")],
    *,
    name: LabName = "default",
) -> None:
    """Take a node out of the running lab.

    Refused while the node has servers or volumes.
    """
    from ostf_dual.deployers.lab import commands

    commands.remove(node, name)


@lab.command("down")
def lab_down(*, name: LabName = "default") -> None:
    """Take the lab down; its cache stays."""
    from ostf_dual.deployers.lab import commands

    commands.down(name)


@lab.command("status")
def lab_status(*, name: LabName = "default") -> None:
    """Print the lab's services, listeners and files."""
    from ostf_dual.deployers.lab import commands

    commands.status(name)


@lab.command("logs")
def lab_logs(
    service: Annotated[
        str | None, typer.Argument(metavar="SERVICE", help="As `lab status` calls it.")
    ] = None,
    *,
    name: LabName = "default",
) -> None:
    """Print the log of a service, or where the logs are."""
    from ostf_dual.deployers.lab import commands

    if service is None:
        commands.status(name)
    else:
        commands.logs(service, name)


@lab.command("restart")
def lab_restart(service: Service, *, name: LabName = "default") -> None:
    """Restart a service of the lab."""
    from ostf_dual.deployers.lab import commands

    commands.restart(service, name)
