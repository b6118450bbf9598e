"""How a scenario judges what a health check found."""

from typing import Any

from ostf_dual.plugin.health import Health


def check(
    check_id: str, zone: str | None, outcome: str, message: str = "", *, case: str = ""
) -> dict[str, Any]:
    return {"id": check_id, "case": case, "zone": zone, "outcome": outcome, "message": message}


def health(*checks: dict[str, Any], code: int = 0, zones: tuple[str, ...] = ("kvm", "vcenter")) -> Health:
    told = [{"label": each, "hypervisor": "qemu"} for each in zones]
    summary = {"zones": told, "checks": list(checks), "reasons": ["1 failed"] if code else []}
    return Health(code=code, output="", summary=summary)


REFUSED = check("VC-01", "vcenter", "failed", "refuses the login of root")
BROKEN = check("VC-02", "vcenter", "broken", "see VC-01")


def test_a_cloud_is_well_where_checks_ran_in_its_zones_and_none_is_red() -> None:
    well = health(check("API-01", None, "passed"), check("MET-02", "vcenter", "unsupported"))

    assert well.faults({"kvm", "vcenter"}) == []


def test_what_is_red_a_zone_too_many_and_an_unproven_zone_are_faults() -> None:
    assert health(REFUSED, code=1).faults({"kvm", "vcenter"}) == [
        "VC-01 in zone vcenter failed: refuses the login of root"
    ]
    assert health().faults({"kvm"}) == ["wanted zones kvm, found kvm, vcenter"]
    assert health(code=5).faults({"kvm", "vcenter"}) == ["1 failed", "exit code 5"]


def test_a_cause_and_its_consequences_are_as_wanted() -> None:
    found = health(REFUSED, BROKEN, code=1)

    assert found.deviations({("VC-01", "vcenter"): "refuses the login"}, [("VC-02", "vcenter")]) == []


def test_what_is_red_beside_them_other_words_and_silence_are_not() -> None:
    found = health(REFUSED, BROKEN, code=1)

    assert found.deviations({("VC-01", "vcenter"): "no cluster"}) == [
        "VC-01 in zone vcenter does not say 'no cluster': failed: refuses the login of root",
        "VC-02 in zone vcenter is red too: broken: see VC-01",
    ]
    assert health().deviations({("API-01", None): "TLS"}) == [
        "API-01 in the cloud does not say 'TLS': not red"
    ]


def test_each_case_of_a_check_is_told() -> None:
    found = health(
        check("MET-02", "kvm", "failed", "no samples", case="cpu"),
        check("MET-02", "kvm", "broken", "Gnocchi is gone", case="memory"),
        code=1,
    )

    assert found.red == [
        "MET-02 cpu in zone kvm failed: no samples",
        "MET-02 memory in zone kvm broken: Gnocchi is gone",
    ]
    assert found.deviations({("MET-02", "kvm"): "no samples"}) == []
    assert found.deviations({("MET-02", "kvm"): "Gnocchi is gone"}) == []


def test_what_is_red_in_another_zone_is_not_this_ones() -> None:
    found = health(REFUSED, check("API-01", None, "failed", "no TLS"), code=1)

    assert found.red_in({"kvm"}) == ["API-01 in the cloud failed: no TLS"]
    assert len(found.red_in({"vcenter"})) == 2


def test_a_check_was_asked_only_where_it_was_answered() -> None:
    found = health(
        check("VC-01", "a", "passed"), check("VC-01", "b", "not_configured"), check("VC-01", "c", "broken")
    )

    assert found.asked("VC-01") == ["a", "c"]


def test_all_of_it_stands_on_one_line() -> None:
    assert health(REFUSED, BROKEN, BROKEN, code=1).told == (
        "zones kvm (qemu), vcenter (qemu); 2 broken, 1 failed; exit code 1"
    )
    assert health(zones=()).told == "zones none; nothing was asked; exit code 0"
