"""What happens in a check becomes the right outcome, with the cause in the message."""

from collections.abc import Callable
from typing import Any

CHECK = '@pytest.mark.check("BOOT-01", profile="smoke", layer="compute")\n'


# Body of a check, its outcome and its message.
ENDS = [
    ("pass", "passed", ""),
    ('assert False, "the server is gone"', "failed", "the server is gone"),
    ('pytest.fail("no such flavor")', "failed", "no such flavor"),
    ('raise errors.OstfError("Nova does not answer")', "broken", "Nova does not answer"),
    ('{}["host"]', "broken", "KeyError: 'host'"),
    ('raise errors.NotConfiguredError("libvirt: no entry")', "not_configured", "libvirt: no entry"),
    ('raise errors.UnsupportedError("gone in 2025.1")', "unsupported", "gone in 2025.1"),
    ('raise errors.NotDeployedError("no Gnocchi")', "not_deployed", "no Gnocchi"),
    ('pytest.skip("not today")', "skipped", "not today"),
]


def test_how_a_check_ends_is_an_outcome_and_a_message(health: Callable[..., Any]) -> None:
    checks = "".join(
        f'@pytest.mark.check("API-{n}", profile="smoke", layer="api")\ndef test_{n}(zone):\n    {body}\n'
        for n, (body, _, _) in enumerate(ENDS)
    )

    done = health(f"from ostf_dual import errors\n{checks}", zones={"kvm": "qemu"})

    assert [(check["outcome"], check["message"]) for check in done.summary["checks"]] == [
        (outcome, message) for _, outcome, message in ENDS
    ]
    assert done.code == done.summary["exit_code"] == 1


def test_a_run_whose_checks_all_went_unasked_is_not_well(health: Callable[..., Any]) -> None:
    done = health(f'{CHECK}def test_boot(zone):\n    pytest.skip("not today")\n')

    assert done.code == 5


def test_a_fixture_that_says_no_or_cannot_ask_counts_like_the_check_itself(
    health: Callable[..., Any],
) -> None:
    done = health(
        f"""
from ostf_dual import errors

@pytest.fixture
def probe(zone):
    raise errors.NotConfiguredError("vcenters: none serves zone kvm")

{CHECK}def test_boot(zone, probe):
    pass
""",
        zones={"kvm": "qemu"},
    )

    assert done.outcomes() == {"BOOT-01 kvm": "not_configured"}


def test_a_bare_assertion_shows_its_values_and_the_step_in_which_it_failed(
    health: Callable[..., Any],
) -> None:
    done = health(
        f"""
{CHECK}def test_boot(zone, step):
    with step("ask"):
        pass
    with step("compare"):
        assert zone.label == "vcenter"
""",
        zones={"kvm": "qemu"},
    )

    assert done.message("BOOT-01", "kvm").startswith("assert 'kvm' == 'vcenter'")
    assert "\n+" not in done.message("BOOT-01", "kvm")
    assert "in step 2: compare" in done.output
    assert [step["passed"] for step in done.summary["checks"][0]["steps"]] == [True, False]


def test_an_assertion_with_a_message_is_told_in_its_own_words_only(health: Callable[..., Any]) -> None:
    done = health(f'{CHECK}def test_boot(zone):\n    assert zone is None, "Nova has no zone"\n')

    assert done.message("BOOT-01", "kvm") == "Nova has no zone"
    assert "Traceback" not in done.output


def test_a_clean_up_that_fails_does_not_hide_that_the_check_had_failed(health: Callable[..., Any]) -> None:
    done = health(
        f"""
@pytest.fixture
def thing():
    yield
    assert False, "the thing would not go"

{CHECK}def test_boot(zone, thing):
    assert False, "it did not boot"
""",
        zones={"kvm": "qemu"},
    )

    assert done.outcomes() == {"BOOT-01 kvm": "failed"}
    assert done.message("BOOT-01", "kvm") == "it did not boot\nand in the teardown: the thing would not go"


def test_what_a_zone_shares_and_cannot_have_is_one_failure_and_pointers_to_it(
    health: Callable[..., Any],
) -> None:
    done = health(
        f"""
{CHECK}def test_boot(zone, test_vm):
    pass

@pytest.mark.check("NET-02", profile="smoke", layer="network")
def test_net(zone, test_vm):
    pass
""",
        broken_server=["vcenter"],
    )

    assert done.outcomes() == {
        "BOOT-01 kvm": "passed",
        "BOOT-01 vcenter": "failed",
        "NET-02 kvm": "passed",
        "NET-02 vcenter": "broken",
    }
    assert done.message("BOOT-01", "vcenter") == "the server went to ERROR: No valid host"
    assert done.message("NET-02", "vcenter") == "zone vcenter has no server to ask about: see BOOT-01"
    assert done.code == 1


def test_something_left_is_a_leak_even_if_no_check_looks_for_it(health: Callable[..., Any]) -> None:
    source = f"{CHECK}def test_boot(zone, test_vm):\n    pass\n"
    looking = """
@pytest.mark.check("LEAK-01", profile="smoke", layer="hygiene")
def test_leak(leftovers):
    assert not leftovers, leftovers[0]
"""

    unseen = health(source, leftovers=["server ostf-1"])
    seen = health(source + looking, leftovers=["server ostf-1"])

    assert (unseen.code, unseen.summary["leftovers"]) == (7, ["server ostf-1"])
    assert (seen.code, seen.outcomes()["LEAK-01 cloud"]) == (7, "leaked")
    assert "ostf-dual cleanup" in seen.output


def test_whose_certificates_are_not_verified_is_told(health: Callable[..., Any]) -> None:
    said = "vCenter vc1 (insecure: true)"
    source = '@pytest.mark.check("API-01", profile="quick", layer="api")\ndef test_api(cloud):\n    pass\n'

    done = health(source, unverified=[said])
    verified = health(source)

    assert f"certificates are not verified: {said}" in done.output
    assert done.summary["unverified"] == [said]
    assert "not verified" not in verified.output
