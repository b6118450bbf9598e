"""Steps are numbered in the order in which they begin, and evidence belongs to the step that brought it."""

import pytest

from ostf_dual.runs.recorder import Recorder


def test_evidence_stays_with_the_innermost_step_that_is_under_way() -> None:
    recorder = Recorder()
    recorder.attach("before", "text")
    with recorder.step("outer"):
        with recorder.step("inner"):
            recorder.attach("guest", b"\x89PNG...")
        recorder.attach("plan", ["add node a"])
    recorder.attach("after", {"a": 1})

    assert [(each.name, each.step, each.media_type) for each in recorder.evidence] == [
        ("before", None, "text/plain"),
        ("guest", 2, "image/png"),
        ("plan", 1, "application/json"),
        ("after", None, "application/json"),
    ]


def test_a_failing_step_stays_the_current_one_and_evidence_given_later_is_no_longer_its() -> None:
    recorder = Recorder()
    with pytest.raises(ZeroDivisionError), recorder.step("divide"):
        raise ZeroDivisionError
    recorder.attach("after", "text")

    assert recorder.current == "1: divide"
    assert not recorder.steps[0].passed
    assert recorder.evidence[0].step is None
