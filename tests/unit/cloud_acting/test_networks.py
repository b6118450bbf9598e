from ostf_dual.cloud.networks import free_range


def test_a_run_gets_a_range_of_its_own() -> None:
    assert free_range("run-1", []) == free_range("run-1", [])
    assert free_range("run-1", []) != free_range("run-2", [])
    assert str(free_range("run-1", [])).startswith("10.")


def test_the_range_keeps_away_from_what_the_router_leads_to() -> None:
    taken = free_range("run-1", [])
    wide = taken.supernet(new_prefix=16)

    assert not free_range("run-1", [taken]).overlaps(taken)
    assert not free_range("run-1", [wide]).overlaps(wide)
