"""The lab's commands: what ``ostf-dual lab ...`` does, and what it says where it cannot."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import groupby

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ostf_dual.deployers.lab import packages, start
from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.layout import NAME
from ostf_dual.deployers.lab.shape import ALL_NODES
from ostf_dual.deployers.lab.supervision import State
from ostf_dual.deployers.lab.telling import telling
from ostf_dual.deployers.progress import Progress
from ostf_dual.errors import InputError, OstfError


def up(name: str = "default", nodes: Sequence[str] = ()) -> None:
    """Bring the lab up with these nodes (none named: with all), and say how to reach it."""
    lab = _lab(name)
    afterwards = (
        f"`ostf-dual lab up --name {name}` goes on; `ostf-dual lab down --name {name}` removes what is there."
    )
    with telling(lab, afterwards) as progress:
        _put_policy_back(lab, progress)
        lab.up(progress, nodes or ALL_NODES)
        if summary := progress.summary():
            progress.say(summary)
    console = Console(markup=False, highlight=False, soft_wrap=True)
    console.print(
        f"\nThe lab is up. Its cloud:  export OS_CLIENT_CONFIG_FILE={lab.layout.clouds_file} OS_CLOUD={name}"
    )
    console.print(f"Its environment file:      {lab.layout.environment_file}")


def down(name: str = "default") -> None:
    """End the lab and remove its state."""
    lab = _lab(name)
    with telling(lab, f"`ostf-dual lab down --name {name}` goes on.") as progress:
        _put_policy_back(lab, progress)
        lab.down(progress)


def remove(node: str, name: str = "default") -> None:
    """Take a node out of a lab that runs."""
    lab = _lab(name)
    with telling(lab, f"`ostf-dual lab remove {node} --name {name}` goes on.") as progress:
        lab.remove(progress, node)


def status(name: str = "default", *, as_json: bool = False) -> None:
    """Show nodes, services and listeners."""
    lab = _lab(name)
    with telling(lab):
        record = lab.record
        _ = record.living_init
        states = lab.supervisor.states()
        if as_json:
            sys.stdout.write(json.dumps(_as_values(lab, states), indent=2) + "\n")
            return
        Console().print(_table(states))
        console = Console(markup=False, highlight=False, soft_wrap=True)
        if not record.ready:
            console.print(f"It did not come up to the end: `ostf-dual lab up --name {name}` makes it anew.")
        console.print("Listeners on the machine's loopback, and no others:")
        for service, port in record.ports.items():
            console.print(f"  127.0.0.1:{port}  {service}")
        console.print(f"Logs: {lab.layout.log}")


def logs(service: str, name: str = "default", lines: int = 100) -> None:
    """Print the end of a service's log; also of a lab that ended by itself."""
    lab = _lab(name)
    with telling(lab):
        _ = lab.record
        _check_service(service, _written(lab) | _supervised(lab), lab)
        path = lab.layout.log / f"{service}.log"
        if not path.exists():
            raise InputError(f"service {service} has written no log yet ({path})")
        text = "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    sys.stdout.write(f"{text}\n")


def restart(service: str, name: str = "default") -> None:
    """Stop a service, start it again, and wait until it is ready."""
    lab = _lab(name)
    with telling(lab) as progress:
        _ = lab.record.living_init
        _check_service(service, {each.name for each in lab.supervisor.states()}, lab)
        with progress.step(f"Restart {service}"):
            start.restart(service, lab.layout, lab.record)
        progress.say(f"{service} is back; log: {lab.layout.log / service}.log")


def _as_values(lab: Lab, states: Iterable[State]) -> dict[str, object]:
    """What is shown of a lab, for programs; each listener is a port of 127.0.0.1."""
    return {
        "name": lab.layout.name,
        "ready": lab.record.ready,
        "services": [asdict(each) for each in sorted(states, key=lambda each: (each.node, each.name))],
        "listeners": dict(lab.record.ports),
        "logs": str(lab.layout.log),
        "clouds_file": str(lab.layout.clouds_file),
        "environment_file": str(lab.layout.environment_file),
    }


def _table(states: Iterable[State]) -> Table:
    """The services under the head of their node: with the node as a column, 80 columns would wrap each line."""
    table = Table("service", "state", "detail", box=SIMPLE)
    for node, services in groupby(
        sorted(states, key=lambda state: (state.node, state.name)), lambda each: each.node
    ):
        table.add_section()
        table.add_row(f"[bold]{node}[/bold]")
        for each in services:
            colour = "green" if each.state == "RUNNING" else "red"
            table.add_row(f"  {each.name}", f"[{colour}]{each.state}[/{colour}]", escape(each.detail))
    return table


def _lab(name: str) -> Lab:
    """The lab of a name; a name is also a folder, that ``down`` removes."""
    if not NAME.fullmatch(name):
        raise InputError(
            f"{name!r} is no name for a lab: small letters, digits and dashes, at most 32, no dash first"
        )
    return Lab(name)


def _check_service(service: str, known: set[str], lab: Lab) -> None:
    if service not in known:
        raise InputError(
            f"the lab {lab.layout.name!r} has no service {service!r}; it has: {', '.join(sorted(known))}"
        )


def _written(lab: Lab) -> set[str]:
    return {each.stem for each in lab.layout.log.glob("*.log")}


def _supervised(lab: Lab) -> set[str]:
    """Names of the services; none where the supervisor does not answer, when logs are wanted most."""
    try:
        return {each.name for each in lab.supervisor.states()}
    except OstfError:
        return set()


def _put_policy_back(lab: Lab, progress: Progress) -> None:
    if packages.policy_is_ours():
        with progress.step("Put back the machine's policy-rc.d, that a killed installation left replaced"):
            packages.put_policy_back(lab.layout.cache / "apt.log")
