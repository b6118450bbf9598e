"""`ostf-dual fuel`: what is asked of a Fuel master beside a deployment."""

from typing import Annotated

import typer

from ostf_dual.cli.deployments import EXIT_CODES, File, Json

app = typer.Typer(
    help="""A Fuel master: its roles and deployments.

    ostf-dual fuel install-role fixtures/environments/fuel-9-dvs.yaml --plan

    ostf-dual fuel stop fixtures/environments/fuel-9-dvs.yaml
    """,
    no_args_is_help=True,
)


@app.command("install-role", epilog=EXIT_CODES)
def install_role(
    file: File,
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Take it from the master again.")] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only say what would change; nothing is touched.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Put role vcenter-compute on a master.

    The spec's own, on the master that the definition names. With its conflicts, its restriction and its
    partitions; a second time does nothing. Nodes get it where the definition says `fuel.role: install`. What
    the role deploys is up to the master's deployment tasks: those for `compute-vmware` go by that name.

    ostf-dual fuel install-role fixtures/environments/fuel-9-dvs.yaml
    """
    from ostf_dual.cli import fueling

    raise typer.Exit(fueling.install_role(file, is_removed=remove, is_plan=plan, as_json=as_json))


@app.command(epilog=EXIT_CODES)
def stop(file: File) -> None:
    """Stop the deployment of a cloud that is going on.

    Where none is, nothing is done. `ostf-dual deploy` goes on with it.

    ostf-dual fuel stop fixtures/environments/fuel-9-dvs.yaml
    """
    from ostf_dual.cli import fueling

    raise typer.Exit(fueling.stop(file))
