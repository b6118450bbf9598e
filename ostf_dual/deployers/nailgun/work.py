"""Brings a cluster to its definition, step by step; each step reads, and writes only what differs."""

from dataclasses import dataclass

from ostf_dual.deployers.nailgun import clusters, networks, nodes, role, settings, tasks, vmware
from ostf_dual.deployers.nailgun.answers import RefusedError
from ostf_dual.deployers.nailgun.difference import Difference
from ostf_dual.deployers.nailgun.master import Master, NoAnswerError
from ostf_dual.deployers.nailgun.nodes import nodes_of
from ostf_dual.deployers.nailgun.release import roles_on_master
from ostf_dual.deployers.nailgun.survey import cluster_named
from ostf_dual.deployers.nailgun.tasks import Patience
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.roles import VCENTER_COMPUTE
from ostf_dual.redaction import redacted

_LEAST_TO_VERIFY = 2  # networks are verified between nodes


@dataclass(frozen=True, kw_only=True)
class Work:
    """One deployment."""

    master: Master
    difference: Difference
    patience: Patience
    progress: Progress

    def carry_out(self) -> None:
        """All of it, in the order in which the master wants it.

        Raises:
            RefusedError: The master said no, or a task ended in error.
            OstfError: It could not be asked.
        """
        if self.difference.lacks_role:
            with self.progress.step(f"Put the role {VCENTER_COMPUTE} on the master"):
                role.install(self.master, self.difference.survey.release)
        cluster = self._cluster()
        self._take_out(cluster)
        self._leave_vcenter(cluster)
        self._settings(cluster)
        has_other_networks = self._networks(cluster)
        self._nodes(cluster)
        self._vmware(cluster)
        if has_other_networks or self.difference.added:
            self._verify(cluster)
        self._deploy(cluster)

    def _cluster(self) -> int:
        environment, survey = self.difference.environment, self.difference.survey
        if survey.cluster is not None:
            return survey.cluster.number
        with self.progress.step(f"Create the cluster {environment.name}, of {survey.release.name}"):
            body = clusters.body(environment, survey.release.number, survey.components)
            try:
                created: int = self.master.post("clusters", body)["id"]
            except NoAnswerError:
                found = cluster_named(self.master, environment.name)
                if found is None:
                    raise
                return found
            return created

    def _settings(self, cluster: int) -> None:
        path = f"clusters/{cluster}/attributes"
        editable = self.master.read(path)["editable"]
        missing = [
            each
            for each, (was, _) in settings.differing(editable, self.difference.environment).items()
            if was is None
        ]
        if missing:
            raise RefusedError(f"the master has no setting {', '.join(missing)}, which the definition needs")
        if sent := settings.changed(editable, self.difference.environment):
            with self.progress.step("Change the cluster's settings"):
                # In early releases PUT would replace all settings by these.
                self.master.patch(path, {"editable": sent})

    def _networks(self, cluster: int) -> bool:
        environment = self.difference.environment
        path = f"clusters/{cluster}/{networks.path_of(environment)}"
        document = self.master.read(path)
        if faults := [*networks.unknown(document, environment)]:
            raise RefusedError("; ".join(faults))
        new = networks.wanted(document, environment)
        if faults := [*networks.faults(new)]:
            raise RefusedError("; ".join(faults))
        if new == document:
            return False
        with self.progress.step("Change the cluster's networks"):
            answer = self.master.put(path, new, repeat=True)
            if isinstance(answer, dict) and "progress" in answer:  # before 8.0: a task that checks them
                tasks.followed(self.master, answer, self.patience, self.progress)
        return True

    def _take_out(self, cluster: int) -> None:
        if gone := [each for each in self.difference.removed if not each.is_deleted]:
            with self.progress.step(f"Take out {', '.join(each.name for each in gone)}"):
                nodes.unassign(self.master, cluster, [each.number for each in gone])

    def _leave_vcenter(self, cluster: int) -> None:
        """Let no vSphere cluster name a node that goes, while the master still takes that.

        It deploys nothing otherwise, and once vCenter is switched off the document cannot be changed.
        """
        there = self.difference.survey.cluster
        if self.difference.environment.vmware is not None or there is None or there.vmware is None:
            return
        path = f"clusters/{cluster}/vmware_attributes"
        document = self.master.read(path)
        new = vmware.released(document, {each.hostname for each in self.difference.removed})
        if not vmware.same(document, new):
            with self.progress.step("Let go of the vSphere clusters"):
                self.master.put(path, new, repeat=True)

    def _nodes(self, cluster: int) -> None:
        difference, environment = self.difference, self.difference.environment
        for pair in difference.restored:
            nodes.keep(self.master, pair.there.number)
        given = (*difference.added, *difference.reassigned)
        if not given:
            return
        with self.progress.step(f"Give roles to {', '.join(pair.wanted.name for pair in given)}"):
            for pair in difference.added:
                if pair.there.name != pair.wanted.name:
                    nodes.rename(self.master, pair.there.number, pair.wanted.name)
            roles = {pair.there.number: roles_on_master(environment, pair.wanted.roles) for pair in given}
            nodes.assign(self.master, cluster, roles)

    def _vmware(self, cluster: int) -> None:
        if self.difference.vmware is None:
            return
        path = f"clusters/{cluster}/vmware_attributes"
        document = self.master.read(path)
        if vmware.is_poisoned(document):
            raise RefusedError(vmware.POISONED)
        new = vmware.wanted(document, self.difference.vmware)
        if not vmware.same(document, new):
            with self.progress.step("Tell the cluster of vCenter"):
                self.master.put(path, new, repeat=True)

    def _verify(self, cluster: int) -> None:
        there = [each for each in nodes_of(self.master) if each.cluster == cluster and each.is_online]
        if len(there) < _LEAST_TO_VERIFY:
            return
        path = f"clusters/{cluster}/{networks.path_of(self.difference.environment)}"
        with self.progress.step("Verify the networks between the nodes"):
            answer = self.master.put(f"{path}/verify", self.master.read(path))
            tasks.followed(self.master, answer, self.patience, self.progress)

    def _deploy(self, cluster: int) -> None:
        name = self.difference.environment.name
        with self.progress.step(f"Deploy {name}"):
            try:
                task = tasks.Task.of(self.master.put(f"clusters/{cluster}/changes", {}))
            except NoAnswerError:
                running = tasks.tasks_of(self.master, cluster)
                if not running:
                    raise
                task = running[0]
            ended = tasks.follow(self.master, task, self.patience, self.progress)
            if ended is None:
                raise RefusedError(
                    f"the deployment of {name} was stopped on the master; deploying it again goes on"
                )
            left = [
                each for each in nodes_of(self.master) if each.cluster == cluster and not each.is_deployed
            ]
            if ended.status == "error" or left:
                raise RefusedError(self._failure(name, ended, left))

    def _failure(self, name: str, task: tasks.Task, left: list[nodes.Node]) -> str:
        words = [f"the deployment of {name} failed: {redacted(task.message)}".rstrip(": ")]
        words += [f"  node {each} is {each.status} {each.error}".rstrip() for each in left]
        return "\n".join((*words, f"look at the log of task {task.number} on the master"))
