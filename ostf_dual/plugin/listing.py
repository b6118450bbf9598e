"""The checks that there are, without asking a cloud."""

import pytest
from rich.table import Table

from ostf_dual.plugin.checks import Check, check_of, title_of
from ostf_dual.reports.console import open_console


class Listing:
    """Prints a table of what was collected, in place of running it."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Print; run nothing."""
        rows: dict[str, tuple[Check, str]] = {}
        for item in session.items:
            check = check_of(item)
            if check and isinstance(item, pytest.Function):
                rows.setdefault(f"{check.id} {item.originalname}", (check, title_of(item)[0]))
        table = Table("check", "profile", "layer", "hypervisors", "question", box=None, pad_edge=False)
        for check, title in sorted(rows.values(), key=lambda row: row[0].id):
            table.add_row(
                check.id, check.profile, check.layer, ", ".join(check.hypervisors) or "every", title
            )
        open_console().print(table)
        return True
