"""No secret leaves: planted wherever one can come from, driven into every kind of failure, looked for everywhere.

``pytest tests/canary --collect-only -q`` is the table: place, failure, command.
"""

import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from tests.canary.canaries import Canary
from tests.canary.servers import ISSUED, MODES, serving
from tests.canary.world import COMMAND, NOISE, PLACES, Left, World
from tests.unit.plugin.conftest import FAKE_CLOUD

EVERY = (*PLACES.values(), *ISSUED)
SCENARIOS = str(Path(__file__).parents[2] / "scenarios")
PYTEST = (sys.executable, "-m", "pytest")
CLOUDS = ("password", "application credential", "token", "secure", "url")
REFUSALS = ("refuses and repeats", "stumbles and repeats", "babbles", "hangs up", "lets in, then fails")

CHECKS = """
import logging, threading, warnings
from pathlib import Path
import pytest
from ostf_dual.environment.load import load_access
from ostf_dual.environment.secret import resolve
from ostf_dual.hypervisors.vcenter import VCenter

ACCESS = load_access(Path("given/access.yaml")).vcenters[0]

@pytest.mark.check("VC-01", profile="quick", layer="vcenter")
def test_vcenter():
    VCenter(ACCESS).about()

@pytest.mark.check("VC-02", profile="quick", layer="vcenter")
def test_careless(evidence, step):
    secret = resolve(ACCESS.password)
    kept = {"user": "x" * 100, "password": secret, "more": ["y" * 100] * 3}
    print(secret)
    logging.getLogger("careless").warning("a log of %r", kept)
    try:
        raise ValueError(secret)
    except ValueError:
        logging.getLogger("careless").exception("a traceback")
    warnings.warn(f"a warning of {secret}")
    evidence("text", secret)
    evidence("values", kept)
    with step(f"log in with {secret}"):
        assert kept == {"password": "another"}, f"wanted another than {secret}"

@pytest.mark.check("VC-03", profile="quick", layer="vcenter")
def test_broken():
    raise RuntimeError(f"{resolve(ACCESS.password)!a} was not taken")

@pytest.mark.check("VC-04", profile="quick", layer="vcenter")
def test_thread():
    def fail(secret):
        raise RuntimeError(f"{secret} was not taken")
    thread = threading.Thread(target=fail, args=(resolve(ACCESS.password),))
    thread.start()
    thread.join()

@pytest.fixture
def teardown():
    yield
    raise RuntimeError(resolve(ACCESS.password))

@pytest.mark.check("VC-05", profile="quick", layer="vcenter")
def test_teardown(teardown):
    pass
"""


def drivers(world: World, cloud: str) -> dict[str, tuple[str, ...]]:
    """Every command that asks a cloud."""
    file = str(world.environment_file(cloud))
    chosen = ("--environment", file)
    plain = ("--os-cloud", cloud, "--ostf-environment", file, "-p", "no:cacheprovider", *NOISE)
    return {
        "run": (COMMAND, "run", *chosen, "--no-html", "--", *NOISE),
        "pytest": (*PYTEST, SCENARIOS, *plain),
        "discover": (COMMAND, "discover", *chosen, "--json"),
        "doctor": (COMMAND, "doctor", *chosen),
        "doctor as JSON": (COMMAND, "doctor", *chosen, "--json"),
        "deploy": (COMMAND, "deploy", str(world.definition(cloud))),
        "deploy --plan": (COMMAND, "deploy", str(world.definition(cloud)), "--plan", "--json"),
        "watch": (COMMAND, "watch", *chosen, "--every", "1m", "--count", "1"),
        "cleanup": (COMMAND, "cleanup", "261122-ab", *chosen),
        "rerun": (COMMAND, "rerun", str(world.keep_a_run()), *chosen, "--no-html"),
    }


@pytest.mark.parametrize(
    ("cloud", "mode"),
    [*product(CLOUDS[:3], REFUSALS), *product(CLOUDS[3:], REFUSALS[:1])],
)
def test_no_secret_of_a_cloud_leaves_by_pytest_at_its_most_talkative(
    tmp_path: Path, cloud: str, mode: str
) -> None:
    with serving(mode, tmp_path) as server:
        world = World(tmp_path, server.port)
        left = world.call(*drivers(world, cloud)["pytest"])

    assert server.seen, left.ending
    assert left.code, left.ending
    nothing_leaks(left, world)


@pytest.mark.parametrize("mode", ["refuses and repeats", "lets in, then fails"])
@pytest.mark.parametrize(
    "driver",
    [
        "run",
        "discover",
        "doctor",
        "doctor as JSON",
        "deploy",
        "deploy --plan",
        "watch",
        "cleanup",
        "rerun",
    ],
)
def test_no_secret_leaves_by_any_command(tmp_path: Path, driver: str, mode: str) -> None:
    with serving(mode, tmp_path) as server:
        world = World(tmp_path, server.port)
        server.peek = world.peek
        left = world.call(*drivers(world, "password")[driver])

    assert server.seen, left.ending
    assert left.code, left.ending
    assert world.commands, "no process was looked at"
    nothing_leaks(left, world)


@pytest.mark.parametrize("driver", ["pytest", "doctor"])
@pytest.mark.parametrize("failure", ["its certificate is another's", "nobody listens", "by a proxy"])
def test_no_secret_leaves_where_there_is_no_way_to_the_cloud(
    tmp_path: Path, failure: str, driver: str
) -> None:
    proxy = f"http://user:{PLACES['URL of a proxy'].plain}@127.0.0.1:1"
    with serving("hangs up", tmp_path) as server:
        world = World(tmp_path, 1 if failure == "nobody listens" else server.port)
        if failure == "its certificate is another's":
            with serving("hangs up", tmp_path):
                pass
        variables = {"https_proxy": proxy} if failure == "by a proxy" else {}
        left = world.call(*drivers(world, "url")[driver], **variables)

    assert left.code in {6, 4}, left.ending
    nothing_leaks(left, world)


@pytest.mark.parametrize(
    "line",
    [
        "*{value}",
        "!{value} x",
        '"{value}\\q',
        "{value}: x: y",
        "@{value}",
        "- {value}",
        "'{value}",
        "%{value}",
        "{{{value}",
    ],
)
def test_a_clouds_yaml_that_is_none_is_told_without_its_words(tmp_path: Path, line: str) -> None:
    canary = PLACES["clouds.yaml token"]
    world = World(tmp_path, 1)
    text = f"clouds:\n  password:\n    auth:\n      password: {line.format(value=canary.plain)}\n"
    world.write("clouds.yaml", text)

    for driver in ("discover", "pytest"):
        left = world.call(*drivers(world, "password")[driver])

        assert left.code == 4, left.ending
        assert "a fault of ours" not in left.output
        nothing_leaks(left, world)


@pytest.mark.parametrize("mode", ["faults as SOAP", "stumbles and repeats", "babbles", "hangs up"])
@pytest.mark.parametrize("source", ["variable", "file", "command"])
def test_no_password_of_a_vcenter_leaves(tmp_path: Path, source: str, mode: str) -> None:
    with serving(mode, tmp_path) as server:
        world = World(tmp_path, 1, vcenter=server.port, by=source)
        world.environment_file("fake")
        (tmp_path / "conftest.py").write_text(FAKE_CLOUD.read_text())
        (tmp_path / "test_checks.py").write_text(CHECKS)
        left = world.call(*PYTEST, "test_checks.py", "--os-cloud", "fake", *NOISE)
        asked = world.call(*drivers(world, "password")["doctor"])

    assert server.seen
    assert left.code in {1, 6}, left.ending
    assert "5 results" in left.output, left.ending
    assert "***" in left.output
    nothing_leaks(left, world)
    nothing_leaks(asked, world)


def test_a_command_for_a_secret_that_fails_is_told_without_what_it_printed(tmp_path: Path) -> None:
    canary = PLACES["vCenter password by command"]
    world = World(tmp_path, 1, by="command")
    program = world.write("fetch", f"#!/bin/sh\necho '{canary.plain}'; echo '{canary.plain}' >&2; exit 3\n")
    program.chmod(0o700)
    world.access["vcenters"][0]["password"] = {"command": [str(program), canary.plain]}  # type: ignore[index]

    with serving("hangs up", tmp_path) as server:
        world.access["vcenters"][0]["port"] = server.port  # type: ignore[index]
        left = world.call(*drivers(world, "password")["doctor"])

    assert "exit status 3" in left.output
    nothing_leaks(left, world)


@pytest.mark.parametrize("last", ["exit 3", "sleep 60", "exit 0"])
def test_an_installer_that_prints_the_secrets_that_it_needs_is_not_repeated(
    tmp_path: Path, last: str
) -> None:
    world = World(tmp_path, 1)
    program = world.write("install", f"#!/bin/sh\nprintenv; cat given/vcenter.password >&2; {last}\n")
    program.chmod(0o700)
    file = world.definition(
        "password",
        deployer="command",
        nodes=[
            {"name": "c-1", "roles": ["controller"]},
            {"name": "compute-1", "roles": ["compute"]},
            {"name": "esx-1", "roles": ["vcenter-compute"]},
        ],
        vmware={
            "zones": [
                {
                    "name": "esx",
                    "vcenter": {"host": "v1", "user": "u", "password": {"env": "VC_ENTRY"}},
                    "clusters": [
                        {"cluster": "C1", "service_name": "s1", "datastore_regex": "d", "target": "esx-1"}
                    ],
                }
            ]
        },
        images=[
            {"name": "TestVM-KVM", "hypervisor": "kvm", "disk_format": "qcow2"},
            {"name": "TestVM-VMDK", "hypervisor": "vcenter", "disk_format": "vmdk"},
        ],
        commands={"deploy": [str(program)], "cwd": str(tmp_path), "timeout_s": 2},
    )

    left = world.call(COMMAND, "deploy", str(file))

    assert "VC_ENTRY=***" in left.output, left.ending
    assert (left.code == 0) is (last == "exit 0"), left.ending
    nothing_leaks(left, world)


def test_programs_get_no_secret_that_they_do_not_need(tmp_path: Path) -> None:
    world = World(tmp_path, 1)

    left = world.call(*drivers(world, "password")["doctor"])

    assert b"XDG_STATE_HOME" in left.artefacts.get("witness.txt", b""), left.ending
    nothing_leaks(left, world)


def nothing_leaks(left: Left, world: World) -> None:
    """No canary is in anything that was left, and the state is its owner's alone."""
    assert left.leaks(EVERY) == [], left.ending
    assert world.open_to_others() == []


def test_a_canary_is_found_in_whatever_it_is_written(encoded: Callable[[str], list[bytes]]) -> None:
    canary = Canary("any")

    assert all(canary.is_in(each) for each in encoded(canary.value))
    assert not any(canary.is_in(each) for each in encoded(Canary("other").value))
    assert not set(MODES) < set(REFUSALS)
