"""``ostf-dual scenario``: system scenarios, which deploy a cloud of their own, change it, and have it checked."""

from pathlib import Path
from typing import Annotated

import typer

from ostf_dual.cli.options import EXIT_CODES, Html, Reports, RunJson
from ostf_dual.cli.telling import Telling

app = typer.Typer()


@app.command(epilog=EXIT_CODES)
def scenario(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="Or its id, as `ostf-dual list` has both; left out: all of them."
        ),
    ] = None,
    *,
    environment: Annotated[
        Path,
        typer.Option(
            "--environment", metavar="FILE", help="The definition of a cloud with both hypervisors."
        ),
    ],
    reports: Reports = Path("reports"),
    html: Html = True,
    as_json: RunJson = False,
) -> None:
    """Deploy a cloud, change it, and check it at each step.

    The cloud has the scenario's name, and is destroyed at the end. The spec's own scenario, on the embedded lab:

        ostf-dual scenario add-vcenter --environment fixtures/environments/qemu-and-vcenter.yaml
    """
    from ostf_dual.cli.commands import play

    raise typer.Exit(
        play(name, environment=environment, reports=reports, html=html, telling=Telling(as_json=as_json))
    )
