"""A run that makes things of every kind that runs can make, in use by one another, and dies: started by a proof.

No check makes snapshots, images, key pairs or flavors yet; clean-up knows them, and is proven on them too.
"""

import os
import signal
import sys
from pathlib import Path

from ostf_dual.cloud.cloud import Cloud
from ostf_dual.cloud.isolation import isolate
from ostf_dual.cloud.kinds import FLAVOR, IMAGE, KEY_PAIR, SNAPSHOT, VOLUME
from ostf_dual.cloud.resources import Maker
from ostf_dual.cloud.workbench import Workbench
from ostf_dual.cloud.zone import Zone
from ostf_dual.environment.load import load_access
from ostf_dual.runs.journal import FileJournal
from ostf_dual.runs.state import new_run_id, runs_folder
from ostf_dual.waiting import wait_until


def main(environment: Path) -> None:
    """Make them, and end by SIGKILL."""
    cloud = Cloud.connect(load_access(environment))
    zones = tuple(cloud.zones())
    journal = FileJournal.begin(runs_folder(), new_run_id(), cloud.access.cloud, environment)
    _tell(f"run {journal.run_id}")
    _tell(isolate(cloud, zones, journal))
    bench, maker = Workbench(cloud, zones, journal), Maker(cloud.project, journal)
    bench.start(frozenset({"network", "server", "volume"}), zones)
    maker.make(KEY_PAIR, "key")
    maker.make(IMAGE, "image", disk_format="raw", container_format="bare", data=b"of a run")
    Maker(cloud.required_admin(), journal).make(FLAVOR, "flavor", ram=64, vcpus=1, disk=1)
    for zone in zones:
        server, volume = bench.server(zone), bench.volume(zone)
        bench.volumes.attach(volume.id, server.id, timeout_s=zone.budgets.attach_s)
        _snapshot(bench, maker, zone)
    os.kill(os.getpid(), signal.SIGKILL)


def _snapshot(bench: Workbench, maker: Maker, zone: Zone) -> None:
    """Of a volume that has something on it: where it is blank, the VMDK driver has nothing to copy."""
    made = maker.make(
        VOLUME, f"full-{zone.label}", size=1, volume_type=zone.volume_type, image_id=zone.image.id
    )
    bench.volumes.wait(made.id, "available", timeout_s=zone.budgets.volume_s)
    snapshot = maker.make(SNAPSHOT, f"snapshot-{zone.label}", volume_id=made.id)
    storage = maker.connection.block_storage
    wait_until(
        lambda: storage.get_snapshot(snapshot.id).status,
        lambda status: status == "available",
        what=f"snapshot {snapshot.name} to be available",
        timeout_s=zone.budgets.volume_s,
        describe=str,
    )


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
