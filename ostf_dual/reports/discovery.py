"""What a cloud has, on a terminal: each conclusion with what it was drawn from."""

from itertools import groupby
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud


def print_discovery(console: Console, cloud: "Cloud") -> None:
    """Print the conclusions of a cloud's discovery, subject by subject."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=cloud.access.cloud)
    for heading in ("", "concluded", "because"):
        table.add_column(heading, overflow="fold")
    for subject, rows in groupby(cloud.discovery().as_rows(), key=lambda row: row[0]):
        for number, (_, conclusion, because) in enumerate(rows):
            table.add_row(subject if number == 0 else "", conclusion, because)
        table.add_section()
    for zone in cloud.zones():
        word = f"OpenStack's word only: {zone.witness_missing}" if zone.witness_missing else "can be asked"
        table.add_row(f"zone {zone.label}", "second witness", word)
    console.print(table)
