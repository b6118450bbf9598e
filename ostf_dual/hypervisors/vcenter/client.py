"""What is asked of a vCenter, and answered in values."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pyVmomi import vim

from ostf_dual.environment.model import VCenterAccess
from ostf_dual.errors import OstfError
from ostf_dual.hypervisors.vcenter.inventory import (
    CLUSTER_PROPERTIES,
    DATASTORE_PROPERTIES,
    HOST_PROPERTIES,
    About,
    ClusterFacts,
    DatastoreFacts,
    about_facts,
    cluster_facts,
    datastore_facts,
    host_facts,
)
from ostf_dual.hypervisors.vcenter.screen import read_screen
from ostf_dual.hypervisors.vcenter.session import Properties, Session
from ostf_dual.nodes.several import Replies, ask_each

# ruff: noqa: SLF001 - pyvmomi names what everybody needs, _moId, as if it were private


class VCenter(Session):
    """One vCenter. Threads may share it."""

    @classmethod
    def connect(cls, access: VCenterAccess) -> "VCenter":
        """A client that has logged in.

        Raises:
            OstfError: It does not answer, or refuses; ends in "see VC-01".
        """
        vcenter = cls(access)
        vcenter.about()
        return vcenter

    def about(self) -> About:
        """Who it is."""
        return self.ask("who it is", lambda content: about_facts(content.about))

    def refusal(self) -> str | None:
        """Why it cannot be asked; None: it can."""
        # A new login: a session that still lives proves nothing about it.
        another = VCenter(self.access)
        try:
            another.about()
        except OstfError as error:
            return str(error).removesuffix("; see VC-01")
        finally:
            another.close()
        return None

    def lacking(self, *privileges: str) -> tuple[str, ...]:
        """Those privileges that the account does not have on the whole inventory."""

        def ask(content: Any) -> tuple[str, ...]:
            (answer,) = content.authorizationManager.HasPrivilegeOnEntities(
                entity=[content.rootFolder],
                sessionId=content.sessionManager.currentSession.key,
                privId=list(privileges),
            )
            return tuple(each.privId for each in answer.privAvailability if not each.isGranted)

        return self.ask("for its privileges", ask)

    def cluster(self, moref: str) -> ClusterFacts | None:
        """A cluster by its managed object id, with its hosts and datastores; None: it has none of that id."""
        cluster = self.managed(vim.ClusterComputeResource, moref)
        try:
            record = self.read((cluster,), *CLUSTER_PROPERTIES)[cluster]
        except KeyError:
            return None
        hosts = self.read(record.get("host", ()), *HOST_PROPERTIES)
        return cluster_facts(
            moref, record, tuple(host_facts(host._moId, facts) for host, facts in hosts.items())
        )

    def find_cluster(self, name: str) -> str:
        """The managed object id of the cluster of this name.

        Raises:
            OstfError: There is none, or several.
        """
        found = self._clusters()
        named = [moref for moref, known in found if known == name]
        if len(named) != 1:
            names = ", ".join(sorted(known for _, known in found)) or "none"
            raise OstfError(
                f"{self} has {len(named)} clusters named {name!r} (there are: {names}); see VC-02"
            )
        return named[0]

    def cluster_names(self) -> tuple[str, ...]:
        """The names of all its clusters."""
        return tuple(sorted(name for _, name in self._clusters()))

    def _clusters(self) -> list[tuple[str, str]]:
        found = self.in_view(vim.ClusterComputeResource, "name")
        return [(str(cluster._moId), str(record["name"])) for cluster, record in found.items()]

    def datastores(self, moref: str) -> tuple[DatastoreFacts, ...]:
        """Every datastore that a cluster sees, whatever its name.

        Raises:
            OstfError: The account may not read one of them.
        """
        records = self._named_datastores(self._seen_by(moref).get("datastore", ()), *DATASTORE_PROPERTIES)
        if hidden := [name for name, record in records.items() if _is_hidden(record)]:
            raise self._hidden(*hidden)
        return tuple(datastore_facts(record) for record in records.values())

    def _seen_by(self, moref: str) -> Properties:
        """A cluster's name and datastores; empty: there is no such cluster."""
        cluster = self.managed(vim.ClusterComputeResource, moref)
        return self.read((cluster,), "name", "datastore").get(cluster, {})

    def _named_datastores(self, datastores: Iterable[Any], *paths: str) -> dict[str, Properties]:
        """These properties by the datastore's name, which takes System.View only; by its id where that lacks too."""
        found = self.read(datastores, "name", *paths)
        return {str(record.get("name", each._moId)): record for each, record in found.items()}

    def _hidden(self, *names: str) -> OstfError:
        return OstfError(
            f"{self} does not let {self.access.user} read datastore {', '.join(sorted(names))}: the account"
            " lacks System.Read there; see VC-03"
        )

    def virtual_machines(self, moref: str, *paths: str) -> tuple[Properties, ...]:
        """These properties of every virtual machine of a cluster."""
        cluster = self.managed(vim.ClusterComputeResource, moref)
        return tuple(self.below(lambda _: cluster, vim.VirtualMachine, *paths).values())

    def machines_of(self, instance_uuid: str, *paths: str) -> tuple[Properties, ...]:
        """These properties of the machines with an instanceUuid: by vCenter's index, not by a walk."""
        return tuple(self.read(self._find(instance_uuid), *paths).values())

    def _find(self, instance_uuid: str) -> Sequence[Any]:
        return self.ask(
            f"for the virtual machine {instance_uuid}",
            lambda content: content.searchIndex.FindAllByUuid(
                uuid=instance_uuid, vmSearch=True, instanceUuid=True
            ),
        )

    def screen(self, instance_uuid: str) -> bytes | None:
        """What the machine with this instanceUuid shows, as PNG; None: there is none, or it shows nothing."""
        found = self._find(instance_uuid)
        if not found:
            return None
        return read_screen(self.access, self.tls, self.cookie(), found[0]._moId)

    def search_datastores(
        self, moref: str, pattern: str, *, is_novas: bool = False
    ) -> Replies[tuple[str, ...]]:
        """The paths at the top of a cluster's datastores that match a pattern (``*``), by datastore.

        One that may not be read, cannot be reached, or whose search fails or does not end keeps none of the others
        from being searched.

        Args:
            moref: The cluster's.
            pattern: Of names.
            is_novas: It can only be on datastores that match Nova's ``datastore_regex``, where that is known. Where
                none matches, the regex is not the one that Nova had, and all are searched.
        """
        cluster = self._seen_by(moref)
        regex = self.access.regex_of(cluster.get("name", "")) if is_novas else None
        paths = ("summary.name", "summary.accessible", "browser")
        records = self._named_datastores(cluster.get("datastore", ()), *paths)
        may_have_it = {
            name: (name, record)
            for name, record in records.items()
            if regex is None or "name" not in record or re.match(regex, name)
        }
        every = {name: (name, record) for name, record in records.items()}
        return ask_each(may_have_it or every, lambda store: self._search(*store, pattern))

    def _search(self, name: str, record: Properties, pattern: str) -> tuple[str, ...]:
        if _is_hidden(record):
            raise self._hidden(name)
        if not record["summary.accessible"]:
            raise OstfError(f"datastore {name} of {self} is not accessible; see VC-03")
        browser, root = record["browser"], f"[{record['summary.name']}]"
        spec = vim.host.DatastoreBrowser.SearchSpec(matchPattern=[pattern])
        what = f"the search of {root} for {pattern}; see VC-03"
        try:
            result = self.run(what, lambda: browser.SearchDatastore_Task(root, spec))
        except KeyError:
            raise OstfError(f"{self} lost what it was asked for meanwhile: {what}") from None
        return tuple(f"{root} {file.path}" for file in result.file or ())


def _is_hidden(datastore: Properties) -> bool:
    """Whether the account may not read it: the property is never unset."""
    return "summary.accessible" not in datastore
