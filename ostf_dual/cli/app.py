"""The command line: says what there is, and hands over. No logic here."""

from pathlib import Path
from typing import Annotated

import typer

from ostf_dual.cli.asking import Asking
from ostf_dual.cli.convert import app as convert
from ostf_dual.cli.deployments import app as deployments
from ostf_dual.cli.env import env
from ostf_dual.cli.fuel import app as fuel
from ostf_dual.cli.lab import app as lab
from ostf_dual.cli.operating import operating
from ostf_dual.cli.options import (
    APART,
    EXIT_CODES,
    SILENT,
    WRONG,
    Cloud,
    Environment,
    Expect,
    Format,
    Html,
    Json,
    Markdown,
    OpenstackOnly,
    Profile,
    Prometheus,
    Quiet,
    Reports,
    RunJson,
    Verbose,
    is_typed,
)
from ostf_dual.cli.scenarios import app as scenarios
from ostf_dual.cli.telling import LogFormat, Telling

app = typer.Typer(
    name="ostf-dual",
    help="""The health check for OpenStack clouds that run servers on KVM and on VMware vCenter at once.

    ostf-dual doctor --os-cloud mycloud

    ostf-dual run --os-cloud mycloud --profile quick --openstack-only

    ostf-dual run --environment mycloud.yaml
    """,
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(operating)
app.add_typer(lab, name="lab")
app.add_typer(deployments)
app.add_typer(fuel, name="fuel")
app.add_typer(scenarios)
app.add_typer(env, name="env")
app.add_typer(convert)


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
    profile: Annotated[Profile, typer.Option(help=f"How much to check; {APART}.")] = Profile.FULL,
    expect: Expect = None,
    openstack_only: OpenstackOnly = False,
    reports: Reports = Path("reports"),
    html: Html = True,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only say what the run would take; makes nothing.")
    ] = False,
    quiet: Quiet = False,
    verbose: Verbose = 0,
    log_format: Format = LogFormat.TEXT,
    as_json: RunJson = False,
    markdown: Markdown = None,
    prometheus: Prometheus = None,
) -> None:
    """Check a cloud, in every zone that it has.

    ostf-dual run --os-cloud mycloud --profile quick --openstack-only

    ostf-dual run --environment mycloud.yaml --expect nova,esx-a

    ostf-dual run --environment mycloud.yaml -- -k "BOOT-02 and esx-a"

    ostf-dual run --environment mycloud.yaml --json | jq '.checks[] | select(.outcome == "failed")'

    A terminal sees what is being done in each zone, a file plain lines. NO_COLOR is heeded; where
    GITHUB_STEP_SUMMARY is set, the Markdown summary is appended to that file.
    """
    from ostf_dual.cli.commands import check, plan_run

    asking = Asking(
        cloud=os_cloud,
        environment=environment,
        profile=profile,
        expect=expect,
        openstack_only=openstack_only,
        reports=reports,
    )
    telling = Telling(
        quiet=quiet,
        verbose=verbose,
        log_format=log_format,
        as_json=as_json,
        markdown=markdown,
        prometheus=prometheus,
    )
    if plan:
        raise typer.Exit(plan_run(pytest_arguments or [], asking, as_json=as_json))
    raise typer.Exit(check(pytest_arguments or [], asking, html=html, telling=telling))


@app.command(epilog=f"Exit codes: 0 told; {WRONG}; {SILENT}.")
def discover(*, os_cloud: Cloud = None, environment: Environment = None, as_json: Json = False) -> None:
    """Print what a cloud has, and from what that was concluded. Changes nothing.

    ostf-dual discover --os-cloud mycloud
    """
    from ostf_dual.cli.commands import discover as show

    show(os_cloud, environment, as_json=as_json)


@app.command("list", epilog=f"Exit codes: 0 told; {WRONG}.")
def list_checks(*, as_json: Json = False) -> None:
    """List the checks; `ostf-dual explain CHECK` tells more of one.

    ostf-dual list

    ostf-dual list --json | jq -r '.[] | select(.layer == "volume") | .id'
    """
    from ostf_dual.cli.commands import list_checks as show

    raise typer.Exit(show(as_json=as_json))


@app.command(
    epilog=f"Exit codes: 0 nothing is left, or it was only asked; {WRONG}; {SILENT}; 7 something is left."
)
def cleanup(
    context: typer.Context,
    run_id: Annotated[
        str | None,
        typer.Argument(metavar="RUN", help="Id of the run; without it, every run that left things."),
    ] = None,
    *,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="The same.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Runs of other machines too: whatever the cloud has of any.")
    ] = False,
    older_than: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Only runs that began longer ago: 30m, 2d; those of other machines else 4h."
        ),
    ] = None,
    os_cloud: Cloud = None,
    environment: Environment = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is left.")] = False,
    as_json: Json = False,
) -> None:
    """Remove what runs left behind.

    This machine's journals say what that is; with --os-cloud no journal is needed, on any machine. A thing goes only
    if it bears every mark of the run that its kind can carry; what merely looks like the run's is told, and stays.

    ostf-dual cleanup --run 261124015854-e256 --os-cloud mycloud

    ostf-dual cleanup --all --older-than 4h --os-cloud mycloud --dry-run
    """
    from ostf_dual.cli.cleaning import clean_up
    from ostf_dual.cli.due import Order

    typed = is_typed(context, "environment")
    order = Order(
        run_id=run or run_id,
        is_all=every,
        older_than=older_than,
        cloud=os_cloud,
        environment=environment if typed else None,
        default_environment=None if typed else environment,
        dry_run=dry_run,
    )
    raise typer.Exit(clean_up(order, as_json=as_json))


@app.command(epilog=f"Exit codes: 0 made; 1 the gate is not passed; {WRONG}; 6 there is no report, and why.")
def report(
    *,
    reports: Reports = Path("reports"),
    single_file: Annotated[
        Path | None,
        typer.Option("--single-file", metavar="FILE", help="Put it there too, for a mail; .zip packs it."),
    ] = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="End with 1 where the run does not pass the quality gate.")
    ] = False,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Draw the table instead.")] = None,
    as_json: Json = False,
) -> None:
    """Make the HTML report again, from the results of the last run.

    ostf-dual report --single-file health.zip

    ostf-dual report --reports artifacts --gate
    """
    from ostf_dual.cli.commands import draw_run, show_html

    if svg is not None:
        raise typer.Exit(draw_run(reports, svg))
    raise typer.Exit(show_html(reports, single_file=single_file, gate=gate, as_json=as_json))
