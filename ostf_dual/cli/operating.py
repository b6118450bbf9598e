"""The commands of day-to-day work: what was, what is missing, what to do again. No logic here."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ostf_dual.cli.asking import Asking
from ostf_dual.cli.options import (
    APART,
    EXIT_CODES,
    WRONG,
    Cloud,
    Environment,
    Expect,
    Format,
    Html,
    Json,
    OpenstackOnly,
    Profile,
    Prometheus,
    Quiet,
    Reports,
    RunJson,
    Verbose,
    is_typed,
)
from ostf_dual.cli.telling import LogFormat, Telling

operating = typer.Typer()

KeptCloud = Annotated[str | None, typer.Option("--cloud", metavar="NAME", help="Only runs of this cloud.")]


class Shell(StrEnum):
    """What completion is for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@operating.command(epilog=EXIT_CODES)
def rerun(
    context: typer.Context,
    run: Annotated[
        str, typer.Argument(metavar="[RUN]", help="Id, last, previous, or a summary.json.")
    ] = "last",
    *,
    failed: Annotated[  # noqa: ARG001 - there is nothing else to run again; the word says what happens
        bool, typer.Option("--failed", help="What failed, broke or leaked: the default, and all there is.")
    ] = True,
    cloud: KeptCloud = None,
    environment: Environment = None,
    reports: Reports = Path("reports"),
    html: Html = True,
    quiet: Quiet = False,
    verbose: Verbose = 0,
    log_format: Format = LogFormat.TEXT,
    as_json: RunJson = False,
) -> None:
    """Ask again what a run found amiss.

    Those checks in those zones, and no others.

    Cloud, environment file, profile and expected zones are those of that run. It is 0 when all of them pass now.

        ostf-dual rerun --failed

        ostf-dual rerun --failed 261124015854-e256

        ostf-dual rerun --failed artifacts/summary.json --environment mycloud.yaml
    """
    from ostf_dual.cli import past

    raise typer.Exit(
        past.rerun(
            run,
            cloud=cloud,
            environment=environment if is_typed(context, "environment") else None,
            reports=reports,
            html=html,
            telling=Telling(quiet=quiet, verbose=verbose, log_format=log_format, as_json=as_json),
        )
    )


@operating.command(epilog=f"Exit codes: 0 told; {WRONG}.")
def explain(
    check: Annotated[str, typer.Argument(metavar="CHECK", help="Its id (BOOT-02), or a scenario's name.")],
    *,
    as_json: Json = False,
) -> None:
    """Explain a check.

    What it asks, why it matters, who answers, what its failure usually means.

    ostf-dual explain BOOT-02

    ostf-dual list --json | jq -r '.[] | select(.profile == "quick") | .id'
    """
    from ostf_dual.cli.commands import explain as tell

    raise typer.Exit(tell(check, as_json=as_json))


@operating.command(epilog=f"Exit codes: 0 told; {WRONG}.")
def history(
    *,
    cloud: KeptCloud = None,
    last: Annotated[int, typer.Option("--last", min=1, metavar="N", help="The latest N.")] = 20,
    as_json: Json = False,
) -> None:
    """List the runs that this machine remembers.

    The last 200, in $XDG_STATE_HOME/ostf-dual/runs.

    ostf-dual history --cloud mycloud --last 5

    ostf-dual history --json | jq '.[] | select(.exit_code != 0) | .run_id'
    """
    from ostf_dual.cli.past import show_history

    show_history(cloud=cloud, last=last, as_json=as_json)


@operating.command(
    epilog="Exit codes: 0 the later run is no worse; 1 it is worse; 4 there is no such run; "
    "5 the later run asked nothing."
)
def compare(
    before: Annotated[str, typer.Argument(metavar="RUN", help="Id, last, previous, or a summary.json.")],
    after: Annotated[str, typer.Argument(metavar="RUN", help="The later run, likewise.")],
    *,
    cloud: KeptCloud = None,
    as_json: Json = False,
) -> None:
    """Say what is worse in the second run, and what is better.

    Worse: a check fails that did not; a check that was answered is not any more, though the run was to ask it.
    What became slower (twice the time and 5 s more) is told, and changes nothing.

        ostf-dual compare previous last

        ostf-dual compare before/summary.json after/summary.json
    """
    from ostf_dual.cli.past import compare_runs

    raise typer.Exit(compare_runs(before, after, cloud=cloud, as_json=as_json))


@operating.command(
    epilog="Exit codes: 0 all that a full run needs is there; 5 the cloud can be asked, and a full run could not "
    "prove all of it; 6 the cloud cannot be asked; 4 the environment file cannot be used."
)
def doctor(*, os_cloud: Cloud = None, environment: Environment = None, as_json: Json = False) -> None:
    """Say what is missing, and how to mend it.

    On this machine, in these credentials, and on the way to the hypervisors. Changes nothing.

    ostf-dual doctor --os-cloud mycloud

    ostf-dual doctor --environment mycloud.yaml --json
    """
    from ostf_dual.cli.checkup import check_up

    raise typer.Exit(check_up(os_cloud, environment, as_json=as_json))


@operating.command(
    epilog=f"{EXIT_CODES} A watch ends with the code of the last run that came to its end, "
    "or of what is at fault since an earlier one."
)
def watch(
    *,
    os_cloud: Cloud = None,
    environment: Environment = None,
    every: Annotated[str, typer.Option("--every", metavar="TIME", help="From start to start: 90s, 15m, 2h.")],
    profile: Annotated[Profile, typer.Option(help=f"How much to check each time; {APART}.")] = Profile.QUICK,
    count: Annotated[
        int | None, typer.Option("--count", min=1, metavar="N", help="End after so many runs.")
    ] = None,
    lasting: Annotated[
        str | None, typer.Option("--for", metavar="TIME", help="Begin no run after this time: 4h.")
    ] = None,
    expect: Expect = None,
    openstack_only: OpenstackOnly = False,
    reports: Reports = Path("reports"),
    prometheus: Prometheus = None,
    as_json: Json = False,
) -> None:
    """Check a cloud again and again, and tell what changes.

    A soak of four hours after a deployment, then one that goes on until it is stopped:

        ostf-dual watch --os-cloud mycloud --every 15m --profile smoke --for 4h

        ostf-dual watch --environment mycloud.yaml --every 5m

    A run that finds nothing amiss and takes longer than the time between two starts makes the next ones quicker
    (full, smoke, quick), until they are in time again; starts that it missed are left out. What failed and was not
    asked again since stays in the exit code. SIGTERM and Ctrl-C let the run clean up first.
    """
    from ostf_dual.cli.watching import watch as begin

    raise typer.Exit(
        begin(
            Asking(
                cloud=os_cloud,
                environment=environment,
                profile=profile,
                expect=expect,
                openstack_only=openstack_only,
                reports=reports,
            ),
            every=every,
            count=count,
            lasting=lasting,
            prometheus=prometheus,
            as_json=as_json,
        )
    )


@operating.command(epilog=f"Exit codes: 0 told; {WRONG}.")
def completion(shell: Annotated[Shell, typer.Argument(help="Whose script.")]) -> None:
    """Print the script that completes commands and options.

    ostf-dual completion bash > ~/.local/share/bash-completion/completions/ostf-dual

    ostf-dual completion zsh > ~/.zfunc/_ostf-dual

    ostf-dual completion fish > ~/.config/fish/completions/ostf-dual.fish
    """
    from ostf_dual.cli.completion import script

    typer.echo(script(shell))
