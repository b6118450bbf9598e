"""`ostf-dual deploy`, `destroy` and `deployments`: from the definition of a cloud to the cloud, and back."""

from pathlib import Path
from typing import Annotated

import typer

EXIT_CODES = (
    "Exit codes: 0 done; 1 the installer said no; 2 interrupted; 3 internal error; "
    "4 wrong input, rules broken, or refused: nothing was touched; 6 it could not be asked."
)

app = typer.Typer()

File = Annotated[Path, typer.Argument(metavar="ENV.yaml", help="The definition of the cloud.")]
Json = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON, and progress on standard error.")
]


@app.command(epilog=EXIT_CODES)
def deploy(
    file: File,
    *,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only say what would change; nothing is touched.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring a cloud to its definition.

    By the deployer that the definition names. What fits already stays untouched; a deployment that failed goes
    on when it is asked for again:

        ostf-dual deploy fixtures/environments/qemu-and-vcenter.yaml --plan

        ostf-dual deploy fixtures/environments/qemu-and-vcenter.yaml

        ostf-dual run --environment fixtures/environments/qemu-and-vcenter.yaml

    What was deployed last is kept under $XDG_STATE_HOME/ostf-dual/environments/NAME.
    """
    from ostf_dual.cli import deploying

    raise typer.Exit(
        deploying.show_plan(file, as_json=as_json) if plan else deploying.deploy(file, as_json=as_json)
    )


@app.command(epilog=EXIT_CODES)
def destroy(
    file: File,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Remove a cloud that `deploy` made.

    Where there is none, nothing is done.

    ostf-dual destroy fixtures/environments/qemu-and-vcenter.yaml --yes
    """
    from ostf_dual.cli import deploying

    raise typer.Exit(deploying.destroy(file, confirmed=yes))


@app.command(epilog="Exit codes: 0 told.")
def deployments(*, as_json: Json = False) -> None:
    """List what was deployed from here.

    ostf-dual deployments
    """
    from ostf_dual.cli import deploying

    deploying.show_deployments(as_json=as_json)
