"""What a cloud has, on a terminal: each conclusion with what it was drawn from."""

from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud


def print_discovery(console: Console, cloud: "Cloud") -> None:
    """Print the conclusions of a cloud's discovery, subject by subject."""
    witnesses = {f"zone {zone.label}": _witness(zone.witness_missing) for zone in cloud.zones()}
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=cloud.access.cloud, title_justify="left")
    for heading in ("", "concluded", "because"):
        table.add_column(heading, overflow="fold")
    for subject, group in groupby(cloud.discovery().as_rows(), key=lambda row: row[0]):
        rows = [(conclusion, because) for _, conclusion, because in group]
        if subject in witnesses:
            rows.append(witnesses[subject])
        for number, row in enumerate(rows):
            table.add_row("" if number else subject, *row)
        table.add_section()
    console.print(table)


def discovery_as_values(cloud: "Cloud") -> dict[str, Any]:
    """The same, ready for JSON."""
    return {
        "cloud": cloud.access.cloud,
        "zones": [
            {
                "label": zone.label,
                "name": zone.name,
                "hypervisor": zone.hypervisor.value,
                "hosts": list(zone.hosts),
                "witness_missing": zone.witness_missing,
            }
            for zone in cloud.zones()
        ],
        "conclusions": [
            {"subject": subject, "concluded": conclusion, "because": because}
            for subject, conclusion, because in cloud.discovery().as_rows()
        ],
    }


def _witness(missing: str | None) -> tuple[str, str]:
    """Whether the hypervisor can be asked besides OpenStack, and why so."""
    if missing is None:
        return "hypervisor asked too", "the environment says how; a run shows whether it answers"
    return "OpenStack's word only", missing
