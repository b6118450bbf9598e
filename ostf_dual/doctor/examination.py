"""Everything looked at, in the order in which it is mended."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ostf_dual.doctor import cloud, machine, witnesses
from ostf_dual.doctor.finding import CLOUD, Finding, State
from ostf_dual.environment.access import read_access
from ostf_dual.errors import OstfError

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud


Waiting = Callable[[str], AbstractContextManager[None]]
"""Tells what is being done, where that takes long."""


def examine(
    named: str | None, environment: Path | None, waiting: Waiting = lambda _: nullcontext()
) -> Iterator[Finding]:
    """Look at the machine, at the cloud that is named, and at the witnesses that the environment names.

    Raises:
        InputError: The environment file cannot be used.
    """
    yield from machine.machine()
    if named or environment or os.environ.get("OS_CLOUD"):
        yield from _cloud(named, environment, waiting)
    else:
        yield Finding(
            group=CLOUD,
            item="which cloud",
            state=State.MISSING,
            found="none is named",
            mend="give --os-cloud NAME (of clouds.yaml), $OS_CLOUD or an environment file",
            bars=True,
        )
    yield from machine.lab()


def _unproven(connected: "Cloud") -> Iterator[Finding]:
    with suppress(OstfError):  # told already, as what is missing of the cloud
        yield from filter(None, map(witnesses.unproven, connected.zones()))


def _libvirt_hosts(connected: "Cloud") -> tuple[str, ...]:
    with suppress(OstfError):  # likewise
        zones = (zone for zone in connected.zones() if zone.hypervisor.is_libvirt)
        return tuple(host for zone in zones for host in zone.hosts)
    return ()


def _cloud(named: str | None, environment: Path | None, waiting: Waiting) -> Iterator[Finding]:
    from ostf_dual.cloud.cloud import Cloud  # with openstacksdk behind it

    access = read_access(environment, named)
    file, hosts = cloud.clouds_file(access), tuple[str, ...]()
    yield file
    if file.state is State.OK:
        try:
            with waiting(f"logging in to cloud {access.cloud}"):
                connected = Cloud.connect(access)
        except OstfError as error:
            yield cloud.refusal(error)
        else:
            try:
                yield from cloud.connected(connected)
                yield from _unproven(connected)
                hosts = _libvirt_hosts(connected)
            finally:
                connected.close()
    yield from witnesses.witnesses(access, hosts=hosts)
