"""The tests' own master answers as a real one did: `pairs/` holds what Nailgun 9.2 was asked, and what it said.

A step without `source` only brings the master to where the recording was. Written short: `vmware` is its form with
these vSphere clusters, services and targets, `network` the networks with these values changed.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.contract.nailgun.server.http import Master, serving

PAIRS = Path(__file__).with_name("pairs")
MACHINES = 8
LONGEST_TASK = 20


class Replay:
    """Asks what was asked."""

    def __init__(self, master: Master) -> None:
        self.master = master
        self.token = ""

    def ask(self, step: dict[str, Any]) -> requests.Response:
        """One step's request."""
        token = self.token if step.get("token") == "given" else step.get("token")
        content = step["raw"] if "raw" in step else json.dumps(self._body(step))
        has_body = {"raw", "body", "vmware", "network"} & step.keys()
        for _ in range(LONGEST_TASK):
            found = requests.request(
                step["method"],
                self.master.url + step["path"],
                data=content if has_body else None,
                headers={"X-Auth-Token": str(token)} if token else None,
                timeout=10,
            )
            is_over = step.get("until_over") and found.json()["status"] in {"ready", "error"}
            is_gone = step.get("until_gone") and found.status_code == 404
            if is_over or is_gone or not (step.get("until_over") or step.get("until_gone")):
                return found
        pytest.fail(f"the task did not end: {step}")

    def _body(self, step: dict[str, Any]) -> Any:
        if "vmware" in step:
            return self._vmware(step["vmware"], step.get("zone", {}))
        if "network" in step:
            return self._network(step["network"])
        return step.get("body")

    def _vmware(self, computes: list[list[str]], more: dict[str, str]) -> Any:
        value = deepcopy(self.master.world.clusters[1].vmware["editable"]["value"])
        value["availability_zones"][0] |= {
            "vcenter_host": "172.16.0.254",
            "vcenter_username": "administrator@vsphere.local",
            "vcenter_password": "NOT-A-REAL-PASSWORD",
            "nova_computes": [_compute(*each) for each in computes],
            **more,
        }
        return {"editable": {"value": value}}

    def _network(self, changes: dict[str, Any]) -> Any:
        found = deepcopy(self.master.world.clusters[1].network)
        for path, value in changes.items():
            name, _, key = path.rpartition(".")
            if name:
                next(each for each in found["networks"] if each["name"] == name)[key] = value
            else:
                found["networking_parameters"][key] = value
        return found


def _compute(cluster: str, service: str, target: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {"vsphere_cluster": cluster, "service_name": service, "datastore_regex": ".*"}
    if target is not None:
        found["target_node"] = {"current": {"id": target, "label": target}, "options": []}
    return found


@pytest.fixture
def replay(request: pytest.FixtureRequest) -> Iterator[Replay]:
    """Of a master on which eight machines have booted."""
    keystone = ("v2.0", "v3") if request.node.callspec.params.get("pairs") == "login" else ()
    with serving(Master(keystone=keystone)) as master:
        for number in range(1, MACHINES + 1):
            master.world.boot(f"52:54:00:aa:00:{number:02}", f"slave-{number:02}")
        yield Replay(master)


@pytest.mark.parametrize("pairs", sorted(each.stem for each in PAIRS.glob("*.json")))
def test_the_tests_own_master_answers_as_a_real_one_did(pairs: str, replay: Replay) -> None:
    for step in json.loads((PAIRS / f"{pairs}.json").read_text()):
        found = replay.ask(step)

        if "source" in step:
            assert shown(step, found) == {key: step.get(key) for key in shown(step, found)}, step["source"]
        if found.ok and "keystone" in step["path"] and step["method"] == "POST":
            answer = found.json()
            replay.token = found.headers.get("X-Subject-Token") or answer["access"]["token"]["id"]


def shown(step: dict[str, Any], found: requests.Response) -> dict[str, Any]:
    """What of an answer was recorded."""
    said: dict[str, Any] = {"status": found.status_code, "type": found.headers.get("Content-Type")}
    if found.status_code >= 400:
        is_plain = not found.text.startswith("{")
        value: Any = {"message": found.text, "errors": []} if is_plain else found.json()
        message = value["message"].split("\n\n")[0]
        is_traceback = message.startswith("Traceback")
        said["message"] = message.splitlines()[0] if is_traceback else message
        said["plain"] = is_plain or None
        said["errors"] = value["errors"] or None
    elif "facts" in step:
        value = found.json()
        said["facts"] = {key: value.get(key) for key in step["facts"]}
    elif step.get("twice"):
        said["twice"] = isinstance(found.json(), str) and isinstance(json.loads(found.json()), dict)
    return said
