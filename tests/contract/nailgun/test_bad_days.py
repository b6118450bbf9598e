"""A master that answers badly: lost connections, a proxy's errors, tracebacks, and its own words with our secrets."""

import json

import pytest

from ostf_dual.deployers.nailgun.answers import RefusedError
from ostf_dual.errors import OstfError
from tests.contract.nailgun import definitions
from tests.contract.nailgun.bench import Bench
from tests.contract.nailgun.server.http import Fault

READ, IDEMPOTENT, ONCE = ("GET", r"clusters$"), ("PUT", "vmware_attributes"), ("POST", r"clusters$")


@pytest.mark.parametrize("status", [None, 502, 503, 504])
@pytest.mark.parametrize(
    ("method", "path"), [READ, IDEMPOTENT, ("POST", "assignment"), ("GET", r"tasks/\d+$")]
)
def test_what_is_safe_to_repeat_is_asked_again(
    bench: Bench, method: str, path: str, status: int | None
) -> None:
    fault = Fault(method=method, path=path, status=status, times=2)
    bench.master.faults.append(fault)

    bench.deploy(bench.dual)

    assert fault.times == 0
    assert bench.changes(bench.dual) == []


def test_what_stays_away_is_given_up_and_told(bench: Bench) -> None:
    bench.master.faults.append(Fault(method="GET", path="releases$", status=503, times=1000))

    with pytest.raises(OstfError, match=r"answered GET api/releases with HTTP 503: <html>the proxy says no"):
        bench.deploy(bench.dual)

    assert bench.master.writes == []


@pytest.mark.parametrize("path", [r"clusters$", "changes"])
def test_what_may_have_been_done_is_not_repeated(bench: Bench, path: str) -> None:
    method = "POST" if path == r"clusters$" else "PUT"
    bench.master.faults.append(Fault(method=method, path=path, status=503))

    with pytest.raises(OstfError, match="HTTP 503"):
        bench.deploy(bench.kvm)

    assert sum(each.endswith(path.rstrip("$")) for each in bench.calls()) == 1


@pytest.mark.parametrize("path", [r"clusters$", "changes"])
def test_what_was_done_although_its_answer_was_lost_is_found_and_gone_on_with(
    bench: Bench, path: str
) -> None:
    method = "POST" if path == r"clusters$" else "PUT"
    bench.master.faults.append(Fault(method=method, path=path, is_done=True))

    bench.deploy(bench.kvm)

    calls = bench.calls()
    assert calls.count("POST clusters") == 1
    assert calls.count("PUT clusters/1/changes") == 1
    assert bench.changes(bench.kvm) == []


def test_a_refusal_in_html_is_told_by_its_words(bench: Bench) -> None:
    body = json.dumps({"message": "Requires [u'hypervisor:qemu'] were not satisfied.", "errors": []})
    bench.master.faults.append(Fault(method="POST", path=r"clusters$", status=400, body=body))

    with pytest.raises(RefusedError) as caught:
        bench.deploy(bench.kvm)

    assert str(caught.value).endswith("HTTP 400: Requires ['hypervisor:qemu'] were not satisfied.")


def test_a_refusal_in_plain_text_is_told_too(bench: Bench) -> None:
    told = "Cannot perform the actions because there are another running tasks."
    bench.master.faults.append(Fault(method="PUT", path="changes", status=400, body=told))

    with pytest.raises(RefusedError, match=told):
        bench.deploy(bench.kvm)


def test_a_traceback_is_the_masters_own_fault_and_told_by_its_last_line(bench: Bench) -> None:
    body = json.dumps({"message": "Traceback (most recent call last):\n  File x\nKeyError: 'target_node'"})
    bench.master.faults.append(Fault(method="PUT", path="vmware_attributes", status=500, body=body))

    with pytest.raises(OstfError, match=r"a fault within the master: KeyError: 'target_node'") as caught:
        bench.deploy(bench.dual)

    assert "File x" not in str(caught.value)


def test_what_the_master_repeats_of_our_secrets_is_not_shown(bench: Bench) -> None:
    body = json.dumps(
        {"message": f"{{u'password': u'{definitions.VCENTER_PASSWORD}'}} is not of type 'array'"}
    )
    bench.master.faults.append(Fault(method="PUT", path="vmware_attributes", status=400, body=body))

    with pytest.raises(RefusedError, match=r"{'password': '\*\*\*'} is not of type 'array'"):
        bench.deploy(bench.dual)

    assert definitions.VCENTER_PASSWORD not in bench.told.getvalue()


def test_a_page_in_place_of_an_answer_is_recognised(bench: Bench) -> None:
    page = Fault(method="GET", path="releases$", status=200, body="<html>Log in to the proxy</html>")
    bench.master.faults.append(page)

    with pytest.raises(OstfError, match="is no Fuel master: no JSON from GET releases"):
        bench.plan(bench.kvm)


def test_a_redirect_is_not_followed_with_a_changed_method(bench: Bench) -> None:
    bench.master.faults.append(Fault(method="POST", path=r"clusters$", status=301, body=""))

    with pytest.raises(OstfError, match="HTTP 301"):
        bench.deploy(bench.kvm)

    assert bench.calls() == ["POST clusters"]


def test_a_node_that_is_not_ready_although_the_task_is_ends_in_an_error(bench: Bench) -> None:
    bench.master.world.lame = {2}

    with pytest.raises(RefusedError, match=r"node compute-1 \(id 2\) is error"):
        bench.deploy(bench.kvm)
