"""vCenter's own word. pyvmomi lives here, and only here."""

from ostf_dual.hypervisors.vcenter.client import VCenter
from ostf_dual.hypervisors.vcenter.folders import PRIVILEGE as FOLDER_PRIVILEGE
from ostf_dual.hypervisors.vcenter.folders import project_folders, remove_project_folders
from ostf_dual.hypervisors.vcenter.happenings import TaskFacts, recent_events, recent_tasks
from ostf_dual.hypervisors.vcenter.inventory import (
    About,
    ClusterFacts,
    DatastoreFacts,
    HostFacts,
    cluster_faults,
    datastore_faults,
    guest_ids,
    passed_over,
    usable_capacity_gib,
)
from ostf_dual.hypervisors.vcenter.probe import VCenterProbe

__all__ = [
    "FOLDER_PRIVILEGE",
    "About",
    "ClusterFacts",
    "DatastoreFacts",
    "HostFacts",
    "TaskFacts",
    "VCenter",
    "VCenterProbe",
    "cluster_faults",
    "datastore_faults",
    "guest_ids",
    "passed_over",
    "project_folders",
    "recent_events",
    "recent_tasks",
    "remove_project_folders",
    "usable_capacity_gib",
]
