"""What is going on is told: as lines, with a heartbeat, where there is no terminal."""

import io

import pytest
from rich.console import Console

from ostf_dual.reports.progress import Progress
from ostf_dual.runs.result import RunResult
from ostf_dual.waiting import wait_until


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def test_each_check_is_a_line_with_how_far_it_is(run: RunResult, stream: io.StringIO) -> None:
    progress = Progress(Console(file=stream, width=100))

    progress.expect(2)
    progress.ended(run.results[0])
    progress.ended(run.results[1])
    progress.stop()

    first, second = stream.getvalue().splitlines()
    assert first.startswith("[1/2] ALL-01     esx-a      passed")
    assert second.startswith("[2/2] ALL-02     esx-a      failed")
    assert "why <not>" in second


def test_silence_is_broken_by_a_heartbeat_that_tells_the_step(stream: io.StringIO) -> None:
    progress = Progress(Console(file=stream, width=100), heartbeat_s=0.05)

    progress.busy("BOOT-01 kvm", lambda: "2: wait for ACTIVE")
    told = wait_until(stream.getvalue, lambda text: text.count("\n") >= 2, what="heartbeats", timeout_s=5)
    progress.stop()

    assert told.startswith("… BOOT-01 kvm, 0 s, 2: wait for ACTIVE")


def test_a_terminal_gets_a_line_that_lives_and_goes_away(stream: io.StringIO) -> None:
    progress = Progress(Console(file=stream, width=100, force_terminal=True))

    progress.expect(1)
    progress.busy("BOOT-01 kvm")
    told = wait_until(stream.getvalue, lambda text: "BOOT-01 kvm" in text, what="the line", timeout_s=5)
    progress.stop()

    assert "0 of 1 done" in told
    assert stream.getvalue().endswith("\x1b[2K") or "\x1b[1A" in stream.getvalue()
