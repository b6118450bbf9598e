"""What is made in the background is known while it is made, and no longer."""

import pytest

from ostf_dual.cloud.underway import UnderWay


def told(under_way: UnderWay) -> list[tuple[str, str | None, float | None]]:
    return [(task.what, task.zone, task.budget_s) for task in under_way.tasks()]


def test_tasks_are_told_in_the_order_in_which_they_began_and_until_they_end() -> None:
    under_way = UnderWay()

    with under_way.task("booting the server", "kvm", 300):
        with under_way.task("making the volume", "kvm"):
            both = told(under_way)
        one = told(under_way)

    assert both == [("booting the server", "kvm", 300), ("making the volume", "kvm", None)]
    assert one == both[:1]
    assert told(under_way) == []


def test_a_task_that_fails_is_not_under_way_any_more() -> None:
    under_way = UnderWay()

    with pytest.raises(AssertionError), under_way.task("booting the server"):
        raise AssertionError

    assert told(under_way) == []


def test_twins_are_two() -> None:
    under_way = UnderWay()

    with under_way.task("booting the server", "kvm"), under_way.task("booting the server", "kvm"):
        assert len(under_way.tasks()) == 2
