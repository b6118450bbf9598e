"""The checks that there are, without asking a cloud."""

import json
import sys
from contextlib import closing
from difflib import get_close_matches
from typing import TextIO

import pytest
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ostf_dual.plugin.catalogue import Entry, entry_of
from ostf_dual.reports.console import open_console, print_text
from ostf_dual.reports.reader import lost_by, outliving, outliving_copy
from ostf_dual.runs.exit_code import ExitCode


class Listing:
    """Tells what was collected, in place of running it: all of it, or one check at length."""

    def __init__(self, explained: str | None = None, *, as_json: bool = False) -> None:
        self._explained, self._as_json = explained, as_json
        self._lost: OSError | None = None
        sys.stdout = outliving(sys.stdout)  # the reporter's, which is made after this

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Print; run nothing."""
        found: dict[str, Entry] = {}
        for item in session.items:
            if entry := entry_of(item):
                found.setdefault(f"{entry.check.id} {entry.name}", entry)
        entries = sorted(found.values(), key=lambda entry: entry.check.id)
        if self._explained is not None:
            entries = _named(self._explained, entries)
        with closing(outliving_copy(sys.__stdout__)) as stream:
            self._tell(stream, entries)
            self._lost = lost_by(stream)
        return True

    def _tell(self, stream: TextIO, entries: list[Entry]) -> None:
        if self._as_json:
            stream.write(json.dumps([entry.as_values() for entry in entries], indent=2) + "\n")
        elif self._explained is not None:
            _explain(open_console(stream), entries)
        else:
            _list(open_console(stream), entries)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A list of which a part is lost is none."""
        if self._lost:
            sys.stderr.write(f"ostf-dual: not all of it could be written: {self._lost}\n")
            session.exitstatus = ExitCode.BROKEN


def _named(wanted: str, entries: list[Entry]) -> list[Entry]:
    named = [entry for entry in entries if wanted.upper() == entry.check.id or wanted == entry.scenario]
    if named:
        return named
    ids = list(dict.fromkeys(entry.check.id for entry in entries))
    family = wanted.upper().rstrip("-0123456789")
    alike = [each for each in ids if each.partition("-")[0] == family] or get_close_matches(
        wanted.upper(), ids
    )
    hint = f"did you mean {', '.join(alike)}?" if alike else "`ostf-dual list` has them all"
    raise pytest.UsageError(f"there is no check {wanted!r}: {hint}")


def _list(console: Console, entries: list[Entry]) -> None:
    table = Table("check", "profile", "layer", "asked of", "question", box=None, pad_edge=False)
    for entry in entries:
        check = entry.check
        table.add_row(
            check.id,
            check.profile,
            check.layer,
            entry.asked_of,
            f"{entry.scenario}: {entry.title}" if entry.scenario else entry.title,
        )
    console.print(table)


def _explain(console: Console, entries: list[Entry]) -> None:
    for number, entry in enumerate(entries):
        if number:
            console.print()
        console.print(Text(f"{entry.check.id}  ", style="bold").append(entry.title))
        for heading, told in _paragraphs(entry):
            console.print(Text(heading, style="bold"))
            print_text(console, Text(told), indent=2)


def _paragraphs(entry: Entry) -> list[tuple[str, str]]:
    check, told = entry.check, entry.sections
    budgets = ", ".join(f"{name} {seconds:g} s" for name, seconds in entry.budgets_s.items())
    paragraphs = [
        ("Why it matters", told.get("Why")),
        ("Who says so", told.get("Witnesses")),
        ("Makes in the cloud", "; ".join(entry.makes) or "nothing: it only reads"),
        ("Profile, layer", f"{check.profile}, {check.layer}; asked of {entry.asked_of}"),
        ("Budget", f"{budgets} (`budgets` of the environment file)" if budgets else None),
        ("When it fails", told.get("On failure")),
        ("From", told.get("Source")),
        ("Asks", entry.source),
        ("To ask it alone", entry.command),
    ]
    return [(heading, text) for heading, text in paragraphs if text]
