"""A host that is silent is waited for once in a while, and not at each question."""

import re

import pytest

from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.nodes.shell import TimedOutError, UnreachedError
from ostf_dual.nodes.silence import AGAIN_S, Silences


class Clock:
    """Goes on where somebody works."""

    def __init__(self) -> None:
        self.time_s = 0.0

    def __call__(self) -> float:
        return self.time_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def silences(clock: Clock) -> Silences:
    return Silences(clock)


def ask(silences: Silences, clock: Clock, took_s: float, error: OstfError | None = None) -> None:
    with silences.asking("one"):
        clock.time_s += took_s
        if error:
            raise error


@pytest.mark.parametrize("error", [TimedOutError("no route"), UnreachedError("no route")])
def test_a_silent_host_is_not_asked_again_for_a_while_and_said_to_be_silent(
    silences: Silences, clock: Clock, error: OstfError
) -> None:
    with pytest.raises(OstfError, match=r"^no route$"):
        ask(silences, clock, 30, error)

    told = r"^silent at \d\d:\d\d:\d\d, and asked again no sooner than 60 s later: no route$"
    with pytest.raises(OstfError, match=told):
        ask(silences, clock, 1)
    with silences.asking("two"):  # another host
        pass
    clock.time_s += AGAIN_S
    ask(silences, clock, 1)
    ask(silences, clock, 1)


@pytest.mark.parametrize(
    ("took_s", "error"),
    [
        (1, UnreachedError("refused")),
        (30, NotConfiguredError("instances_path")),
        (30, OstfError("libvirt's no")),
    ],
)
def test_who_is_unreachable_at_once_or_has_answered_is_not_silent(
    silences: Silences, clock: Clock, took_s: float, error: OstfError
) -> None:
    for _ in range(2):
        with pytest.raises(OstfError, match=re.escape(str(error))):
            ask(silences, clock, took_s, error)

    ask(silences, clock, 1)


def test_who_is_asked_and_has_not_answered_for_long_is_not_asked_besides(
    silences: Silences, clock: Clock
) -> None:
    with silences.asking("one"):
        clock.time_s += 20
        ask(silences, clock, 1)  # it may be just slow
        clock.time_s += 10
        with pytest.raises(OstfError, match=r"has been asked something else 30 s ago and more"):
            ask(silences, clock, 1)

    ask(silences, clock, 1)
