"""What is being done is said when it starts, while it lasts and when it ends."""

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from ostf_dual.deployers import progress as module
from ostf_dual.deployers.progress import Progress
from ostf_dual.waiting import wait_until


@pytest.fixture
def output() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def progress(output: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> Iterator[Progress]:
    monkeypatch.setattr(module, "_HEARTBEAT_S", 0.05)
    made = Progress(Console(file=output, width=40))
    yield made
    made.close()


def test_a_step_is_told_from_its_start_to_its_end(progress: Progress, output: io.StringIO) -> None:
    with progress.step("Build"):
        assert "… Build" in output.getvalue()
        wait_until(output.getvalue, lambda text: "still: Build (0 s)" in text, what="a heartbeat", timeout_s=5,
                   first_pause_s=0.02)  # fmt: skip

    assert "✓ Build" in output.getvalue()


def test_a_step_that_fails_is_named_and_its_error_goes_on(progress: Progress, output: io.StringIO) -> None:
    with pytest.raises(ZeroDivisionError), progress.step("Build"):
        raise ZeroDivisionError

    assert "✗ Build, after 0.0 s" in output.getvalue()


def test_text_is_no_markup_and_no_line_is_broken(progress: Progress, output: io.StringIO) -> None:
    text = "in /tmp/[red]/[/nothing] " + "x" * 60

    progress.say(text)
    with progress.step(text):
        pass

    assert output.getvalue().count(text) == 3


def test_the_summary_names_the_longest_first(progress: Progress) -> None:
    assert not progress.summary()
    progress._took += [("short", 0.5), ("long", 20.0), ("longest", 30.0)]

    assert progress.summary().endswith("in all; the longest: longest 30 s, long 20 s")


def test_how_far_a_step_is_is_told_while_it_lasts(progress: Progress, output: io.StringIO) -> None:
    with progress.step("Check") as at:
        at("3 of 7")
        wait_until(output.getvalue, lambda text: "still: Check (3 of 7, 0 s)" in text, what="a heartbeat",
                   timeout_s=5, first_pause_s=0.02)  # fmt: skip

    assert "✓ Check " in output.getvalue()


def test_a_warning_that_was_said_is_not_said_again(progress: Progress, output: io.StringIO) -> None:
    for _ in range(3):
        progress.say_once("no high availability")

    assert output.getvalue().count("no high availability") == 1
