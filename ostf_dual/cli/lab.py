"""`ostf-dual lab`: the embedded cloud. No logic here."""

from typing import Annotated

import typer

from ostf_dual.cli.options import WRONG, Json

EXIT_CODES = f"Exit codes: 0 done; 1 the lab said no; 2 interrupted; 3 internal error; {WRONG}; 6 it could not be done."

app = typer.Typer(
    help="""The embedded cloud: real OpenStack services on this machine.

    ostf-dual lab up

    ostf-dual lab status

    ostf-dual lab down
    """,
    no_args_is_help=True,
)

Name = Annotated[str, typer.Option("--name", metavar="NAME", help="Which lab.")]
Nodes = Annotated[
    str, typer.Option("--nodes", metavar="NODES", help="Which nodes, separated by commas; else all.")
]
Service = Annotated[str, typer.Argument(metavar="SERVICE", help="As `lab status` calls it.")]


@app.command("up", epilog=EXIT_CODES)
def up(*, name: Name = "default", nodes: Nodes = "") -> None:
    """Bring the lab up, or go on where it stopped.

    A lab that is up gets the nodes that it lacks. It must be asked for by root, on Debian 12. The nodes:
    controller, compute-kvm, compute-vcenter, cinder-kvm, cinder-vmware. A cloud with KVM alone, that gets a
    vCenter compute later:

        ostf-dual lab up --nodes controller,compute-kvm,cinder-kvm

        ostf-dual lab up --nodes compute-vcenter,cinder-vmware
    """
    from ostf_dual.deployers.lab import commands

    commands.up(name, tuple(filter(None, (each.strip() for each in nodes.split(",")))))


@app.command("remove", epilog=EXIT_CODES)
def remove(
    node: Annotated[str, typer.Argument(metavar="NODE", help="As `lab status` calls it.")],
    *,
    name: Name = "default",
) -> None:
    """Take a node out of the running lab.

    Refused while the node has servers or volumes.

    ostf-dual lab remove compute-vcenter
    """
    from ostf_dual.deployers.lab import commands

    commands.remove(node, name)


@app.command("down", epilog=EXIT_CODES)
def down(*, name: Name = "default") -> None:
    """Take the lab down; its cache stays.

    ostf-dual lab down
    """
    from ostf_dual.deployers.lab import commands

    commands.down(name)


@app.command("status", epilog=EXIT_CODES)
def status(*, name: Name = "default", as_json: Json = False) -> None:
    """Print the lab's services, listeners and files.

    ostf-dual lab status

    ostf-dual lab status --json | jq -r '.services[] | select(.state != "RUNNING") | .name'
    """
    from ostf_dual.deployers.lab import commands

    commands.status(name, as_json=as_json)


@app.command("logs", epilog=EXIT_CODES)
def logs(
    service: Annotated[
        str | None, typer.Argument(metavar="SERVICE", help="As `lab status` calls it.")
    ] = None,
    *,
    name: Name = "default",
) -> None:
    """Print the log of a service, or where the logs are.

    ostf-dual lab logs nova-compute-vcenter
    """
    from ostf_dual.deployers.lab import commands

    if service is None:
        commands.status(name)
    else:
        commands.logs(service, name)


@app.command("restart", epilog=EXIT_CODES)
def restart(service: Service, *, name: Name = "default") -> None:
    """Restart a service of the lab.

    ostf-dual lab restart nova-compute-vcenter
    """
    from ostf_dual.deployers.lab import commands

    commands.restart(service, name)
