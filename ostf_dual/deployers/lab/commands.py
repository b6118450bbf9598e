"""The lab's commands: what ``ostf-dual lab ...`` does."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from ostf_dual.deployers.lab.embedded import ALL_NODES, Lab
from ostf_dual.deployers.lab.progress import Progress
from ostf_dual.errors import InputError


def up(name: str = "default", nodes: Sequence[str] = ()) -> None:
    """Bring the lab up with these nodes (none named: with all), and say how to reach it."""
    lab, progress = Lab(name), Progress(Console())
    try:
        lab.up(progress, nodes or ALL_NODES)
        progress.say(progress.summary())
    finally:
        progress.close()
    console = Console()
    console.print(
        f"\nThe lab is up. Its cloud:  export OS_CLIENT_CONFIG_FILE={lab.layout.clouds_file} OS_CLOUD={name}",
        soft_wrap=True,
    )
    console.print(f"Its environment file:      {lab.layout.environment_file}", soft_wrap=True)


def down(name: str = "default") -> None:
    """End the lab and remove its state."""
    progress = Progress(Console())
    try:
        Lab(name).down(progress)
    finally:
        progress.close()


def remove(node: str, name: str = "default") -> None:
    """Take a node out of a lab that runs."""
    progress = Progress(Console())
    try:
        Lab(name).remove(progress, node)
    finally:
        progress.close()


def status(name: str = "default") -> None:
    """Show nodes, services and listeners."""
    lab = Lab(name)
    record = lab.record
    table = Table("node", "service", "state", "detail")
    for each in sorted(lab.supervisor.states(), key=lambda state: (state.node, state.name)):
        colour = "green" if each.state == "RUNNING" else "red"
        table.add_row(each.node, each.name, f"[{colour}]{each.state}[/{colour}]", each.detail)
    console = Console()
    console.print(table)
    console.print("Listeners on the machine's loopback, and no others:")
    for service, port in record.ports.items():
        console.print(f"  127.0.0.1:{port}  {service}", highlight=False)


def logs(service: str, name: str = "default", lines: int = 100) -> None:
    """Print the end of a service's log."""
    lab = Lab(name)
    lab.supervisor.state(service)
    path = lab.layout.log / f"{service}.log"
    if not path.exists():
        raise InputError(f"service {service} has written no log yet ({path})")
    print("\n".join(path.read_text(errors="replace").splitlines()[-lines:]))  # noqa: T201 (what was asked for)


def restart(service: str, name: str = "default") -> None:
    """Stop a service and start it again."""
    supervisor = Lab(name).supervisor
    supervisor.stop(service)
    supervisor.start(service)
