"""A stream whose reader goes away is no reason to stop."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable

import pytest

from ostf_dual.reports.reader import outliving

WRITER = """
import sys
from ostf_dual.reports.reader import outliving
sys.stdout = outliving(sys.stdout)
sys.stdout.write("x" * 100_000)
sys.stdout.writelines(["left", "over"])
sys.exit(7)
"""


@pytest.mark.parametrize("opened", [os.pipe, pty.openpty], ids=["pipe", "terminal"])
def test_what_is_written_after_the_reader_has_gone_is_no_error(opened: Callable[[], tuple[int, int]]) -> None:
    reader, writer = opened()
    stream = outliving(os.fdopen(writer, "w", encoding="utf-8"))
    os.close(reader)

    for _ in range(2):
        stream.write("a line\n")
        stream.flush()
    stream.close()

    assert stream.closed


def test_what_is_left_in_the_buffer_does_not_become_the_exit_code() -> None:
    reader, writer = os.pipe()
    os.close(reader)

    done = subprocess.run(
        [sys.executable, "-c", WRITER], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (7, "")
