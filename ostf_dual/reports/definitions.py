"""Definitions of clouds: as people read them, and as plain values for JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ostf_dual.environment.comparing import Difference, Kind
from ostf_dual.environment.fault import Fault
from ostf_dual.environment.overview import NodeView, Overview
from ostf_dual.environment.release import RuleBook
from ostf_dual.environment.rules.table import Row
from ostf_dual.environment.written import environment_to_values

_SIGNS = {
    Kind.ADDED: "[green]+[/green]",
    Kind.REMOVED: "[red]-[/red]",
    Kind.CHANGED: "[yellow]~[/yellow]",
}
_BOOKS = {
    RuleBook.FUEL: "Fuel's rule book (Fuel calls its releases so)",
    RuleBook.OPENSTACK: "today's OpenStack's rule book (OpenStack calls its releases by the year)",
}


def print_faults(console: Console, file: Path, faults: Sequence[Fault]) -> None:
    """Print what is wrong with a file, faults before warnings."""
    broken = [each for each in faults if not each.is_warning]
    warned = [each for each in faults if each.is_warning]
    counted = f"{_counted(len(broken), 'fault')}, {_counted(len(warned), 'warning')}"
    console.print(escape(f"{file}: {counted}"), soft_wrap=True)
    for each in broken:
        console.print(f"  [red]fault[/red]   {escape(str(each))}", soft_wrap=True)
    for each in warned:
        console.print(f"  [yellow]warning[/yellow] {escape(str(each))}", soft_wrap=True)


def faults_as_values(file: Path, faults: Sequence[Fault]) -> dict[str, Any]:
    """A file's faults, ready for JSON."""
    return {
        "file": str(file),
        "is_usable": all(each.is_warning for each in faults),
        "faults": [asdict(each) for each in faults if not each.is_warning],
        "warnings": [asdict(each) for each in faults if each.is_warning],
    }


def print_overview(console: Console, found: Overview, warnings: Sequence[Fault]) -> None:
    """Print a definition as it is understood."""
    environment = found.environment
    network, storage, ha = environment.network, environment.storage, environment.high_availability
    lines = {
        "environment": f"{environment.name}, by deployer {environment.deployer}",
        "release": f"{environment.release}: {_BOOKS[found.rule_book]}",
        "hypervisors": ", ".join(sorted({kind for kinds in found.zones.values() for kind in kinds})) or "not said",
        "network": f"{network.provider}, {network.segmentation}"
        f"{', ports of vCenter on a distributed virtual switch' if network.dvs else ''}",
        "high availability": f"mode {ha.mode}, pacemaker over: {', '.join(ha.pacemaker) or 'nothing'}",
        "volumes": ", ".join(storage.volumes) or "none",
        "image store": str(storage.images),
        "test images": ", ".join(f"{each.name} ({each.disk_format}, {each.hypervisor})" for each in found.images)
        or "none",
        "expected zones": ", ".join(found.expected) or "every zone that is found",
        "expected services": ", ".join(environment.expect.services) or "none by name",
    }  # fmt: skip
    _print_pairs(console, lines)
    if found.nodes:
        _print_table(
            console, ("node", "roles", "zone", "partitions", "without takeover"), _node_rows(found.nodes)
        )
    if found.zones:
        _print_table(console, ("zone", "servers run on", "served by"), _zone_rows(found))
    if found.clusters:
        headings = ("zone", "vCenter", "vSphere cluster", "service", "datastores", "target")
        _print_table(console, headings, _cluster_rows(found))
    if found.budgets_s:
        kinds = list(found.budgets_s)
        rows = [
            (name, *(f"{found.budgets_s[kind][name]:g}" for kind in kinds))
            for name in next(iter(found.budgets_s.values()))
        ]
        _print_table(console, ("budget (s)", *kinds), rows)
    for each in warnings:
        console.print(f"[yellow]warning[/yellow] {escape(str(each))}", soft_wrap=True)


def overview_as_values(found: Overview, warnings: Sequence[Fault]) -> dict[str, Any]:
    """A definition as it is understood, ready for JSON."""
    return {
        "definition": environment_to_values(found.environment),
        "rule_book": found.rule_book,
        "nodes": [asdict(each) for each in found.nodes],
        "zones": {name: list(kinds) for name, kinds in found.zones.items()},
        "clusters": [asdict(each) for each in found.clusters],
        "expected_zones": list(found.expected),
        "images": [asdict(each) for each in found.images],
        "budgets_s": found.budgets_s,
        "warnings": [asdict(each) for each in warnings],
    }


def print_differences(console: Console, before: Path, after: Path, found: Sequence[Difference]) -> None:
    """Print what differs, a line each."""
    for each in found:
        console.print(f"{_SIGNS[each.kind]} {escape(str(each))}", soft_wrap=True)
    told = _counted(len(found), "difference") if found else "the same cloud"
    console.print(escape(f"{before} -> {after}: {told}"), soft_wrap=True)


def differences_as_values(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """What differs, ready for JSON; `told` is the line that people read."""
    return [{**asdict(each), "told": str(each)} for each in found]


def print_rules(console: Console, rows: Sequence[Row]) -> None:
    """Print the rules as a table; what is only warned of says so."""
    told = [
        (each.test, f"{each.says}{' (a warning)' if each.is_warning else ''}", each.source, each.holds_for)
        for each in rows
    ]
    _print_table(console, ("rule", "says", "source", "releases"), told)


def _node_rows(nodes: Sequence[NodeView]) -> Iterator[tuple[str, ...]]:
    for node in nodes:
        columns = (node.roles, node.zones, node.partitions, node.single)
        yield node.name, *(", ".join(each) or "-" for each in columns)


def _zone_rows(found: Overview) -> Iterator[tuple[str, ...]]:
    for zone, kinds in found.zones.items():
        nodes = [each.name for each in found.nodes if zone in each.zones]
        yield zone, ", ".join(kinds) or "not said", ", ".join(nodes) or "not said"


def _cluster_rows(found: Overview) -> Iterator[tuple[str, ...]]:
    for each in found.clusters:
        center = each.vcenter if each.verified else f"{each.vcenter} (certificate not verified)"
        yield each.zone, center, each.cluster, each.service_name, each.datastore_regex, each.target


def _print_pairs(console: Console, lines: Mapping[str, str]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, told in lines.items():
        table.add_row(name, escape(told))
    console.print(table)


def _print_table(console: Console, headings: Sequence[str], rows: Iterable[tuple[str, ...]]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    console.print(table)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
