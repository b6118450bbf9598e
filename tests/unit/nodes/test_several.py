"""Asking several hosts at the same time."""

from threading import Barrier, Event

import pytest

from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.nodes.several import ask_each

HOSTS = {"one": 1, "two": 2, "three": 3}


def test_answers_stand_in_the_order_of_the_hosts_beside_the_silence_of_others() -> None:
    def question(number: int) -> int:
        if number == 2:
            raise OstfError("no route")
        return number * 10

    replies = ask_each(HOSTS, question)

    assert list(replies.answers.items()) == [("one", 10), ("three", 30)]
    assert replies.unasked == "1 of 3 hosts could not be asked (two): two: no route"


def test_hosts_are_asked_at_the_same_time() -> None:
    together = Barrier(len(HOSTS))

    ask_each(HOSTS, lambda _: together.wait(timeout=10))


def test_who_is_silent_when_the_answer_is_there_is_not_waited_for() -> None:
    answered = Event()

    def question(number: int) -> int:
        if number == 1:
            assert answered.wait(timeout=10)
        return number

    try:
        replies = ask_each(HOSTS, question, enough=lambda number: number == 2)
        assert "two" in replies.answers
        assert "one" not in {*replies.answers, *replies.silence}
    finally:
        answered.set()


def test_all_are_required_where_that_is_asked_for() -> None:
    def refuse(error: OstfError) -> None:
        raise error

    ask_each(HOSTS, lambda number: number).require_all()
    with pytest.raises(OstfError, match=r"3 of 3 hosts could not be asked \(one, two, three\)"):
        ask_each(HOSTS, lambda _: refuse(OstfError("off"))).require_all()
    with pytest.raises(NotConfiguredError, match="no folder"):
        ask_each(
            HOSTS, lambda number: refuse((OstfError, NotConfiguredError)[number == 2]("no folder"))
        ).require_all()
