"""The end of a log is read where the environment says; that it cannot be read is said."""

from pathlib import Path

import pytest

from ostf_dual.environment.model import LogAccess
from ostf_dual.errors import OstfError
from ostf_dual.nodes.logs import end_of


def test_the_last_lines_of_the_file_are_read(tmp_path: Path) -> None:
    log = tmp_path / "nova-compute.log"
    log.write_text("".join(f"line {number}\n" for number in range(1000)))

    lines = end_of(LogAccess(host="kvm-1", file=log)).splitlines()

    assert (len(lines), lines[0], lines[-1]) == (200, "line 800", "line 999")


def test_a_log_that_is_not_there_is_said_with_its_host(tmp_path: Path) -> None:
    with pytest.raises(OstfError, match=r"nova-compute on kvm-1 through this machine: .*No such file"):
        end_of(LogAccess(host="kvm-1", file=tmp_path / "none.log"))


def test_without_a_file_the_journal_is_asked_where_no_usual_file_is(tmp_path: Path) -> None:
    journal = tmp_path / "journalctl"
    journal.write_text("#!/bin/sh\necho from the journal\n")
    journal.chmod(0o755)

    found = end_of(LogAccess(host="kvm-1", command=("env", f"PATH={tmp_path}:/usr/bin:/bin")))

    assert found == "from the journal"
