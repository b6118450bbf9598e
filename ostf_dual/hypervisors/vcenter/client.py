"""A session with a vCenter: logs in when first asked, again when the session expired, and reads in bulk."""

import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPException, RemoteDisconnected
from threading import RLock
from typing import Any, TypeVar
from xml.parsers.expat import ExpatError

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim, vmodl

from ostf_dual.environment.model import VCenterAccess
from ostf_dual.environment.secret import resolve
from ostf_dual.errors import InputError, OstfError
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
from ostf_dual.waiting import wait_until

# ruff: noqa: SLF001 - pyvmomi names what everybody needs, _moId and _stub, as if they were private

T = TypeVar("T")
Properties = Mapping[str, Any]

_TIMEOUT_S = 30
_TASK_S = 60.0
_HUNG_UP = (
    ConnectionResetError,
    BrokenPipeError,
    RemoteDisconnected,
    ssl.SSLEOFError,
    ssl.SSLZeroReturnError,
)


class VCenter:
    """One vCenter. Threads may share it: pyvmomi keeps a pool of connections."""

    def __init__(self, access: VCenterAccess) -> None:
        self.access = access
        self._lock = RLock()
        self._instance: Any = None

    @classmethod
    def connect(cls, access: VCenterAccess) -> "VCenter":
        """A client that has logged in.

        Raises:
            OstfError: It does not answer, or refuses; ends in "see VC-01".
        """
        vcenter = cls(access)
        vcenter.about()
        return vcenter

    def __repr__(self) -> str:
        return f"vCenter {self.access.name} ({self.access.host}:{self.access.port})"

    def about(self) -> About:
        """Who it is."""
        return self._ask("who it is", lambda content: about_facts(content.about))

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

        return self._ask("for its privileges", ask)

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
        """Every datastore that a cluster sees, whatever its name."""
        cluster = self.managed(vim.ClusterComputeResource, moref)
        seen = self.read((cluster,), "datastore").get(cluster, {}).get("datastore", ())
        return tuple(datastore_facts(facts) for facts in self.read(seen, *DATASTORE_PROPERTIES).values())

    def virtual_machines(self, moref: str, *paths: str) -> tuple[Properties, ...]:
        """These properties of every virtual machine of a cluster."""
        cluster = self.managed(vim.ClusterComputeResource, moref)
        return tuple(self._in_view(vim.VirtualMachine, lambda _: cluster, *paths).values())

    def in_view(self, kind: Any, *paths: str) -> dict[Any, Properties]:
        """Properties of every object of a kind in the whole inventory."""
        return self._in_view(kind, lambda content: content.rootFolder, *paths)

    def _in_view(self, kind: Any, root: Callable[[Any], Any], *paths: str) -> dict[Any, Properties]:
        """Properties of every object of a kind below a root."""
        name = f"for every {kind.__name__.rpartition('.')[2]}"
        view = self._ask(
            name,
            lambda content: content.viewManager.CreateContainerView(root(content), [kind], recursive=True),
        )
        try:
            return self.read(self._ask(name, lambda _: list(view.view)), *paths)
        finally:
            with suppress(OstfError):
                self._ask("to end a view", lambda _: view.Destroy())

    def machines_of(self, instance_uuid: str, *paths: str) -> tuple[Properties, ...]:
        """These properties of the machines with an instanceUuid: by vCenter's index, not by a walk."""
        return tuple(self.read(self._find(instance_uuid), *paths).values())

    def _find(self, instance_uuid: str) -> Sequence[Any]:
        return self._ask(
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
        cookie = self.ask("for a session", lambda _: self._instance._stub.cookie)
        return read_screen(self.access, self._context(), cookie, found[0]._moId)

    def search_datastores(self, moref: str, pattern: str) -> tuple[str, ...]:
        """The paths at the top of a cluster's accessible datastores that match a pattern (``*``)."""
        cluster = self.managed(vim.ClusterComputeResource, moref)
        seen = self.read((cluster,), "datastore").get(cluster, {}).get("datastore", ())
        records = self.read(seen, "summary.name", "summary.accessible", "browser").values()
        return tuple(
            path
            for record in records
            if record["summary.accessible"]
            for path in self._search(record["browser"], f"[{record['summary.name']}]", pattern)
        )

    def _search(self, browser: Any, root: str, pattern: str) -> tuple[str, ...]:
        spec = vim.host.DatastoreBrowser.SearchSpec(matchPattern=[pattern])
        what = f"the search of {root} for {pattern}; see VC-03"
        result = self.run(what, lambda: browser.SearchDatastore_Task(root, spec))
        return tuple(f"{root} {file.path}" for file in result.file or ())

    def run(self, what: str, begin: Callable[[], Any]) -> Any:
        """Begin a task, wait for its end, and return its result.

        Raises:
            OstfError: It failed.
            WaitTimeoutError: It does not end.
        """
        task = self._ask(what, lambda _: begin())
        info = wait_until(
            lambda: self._ask(what, lambda _: task.info),
            lambda info: info.state in {vim.TaskInfo.State.success, vim.TaskInfo.State.error},
            what=f"{self}: {what}",
            timeout_s=_TASK_S,
            describe=lambda info: str(info.state),
        )
        if info.state == vim.TaskInfo.State.error:
            raise OstfError(f"{self} failed in {what}: {_told(info.error)}")
        return info.result

    def read(self, objects: Iterable[Any], *paths: str) -> dict[Any, Properties]:
        """Properties of many managed objects in one call; objects that are gone meanwhile are left out."""
        wanted = list(objects)
        kinds = {type(each) for each in wanted}
        if not wanted:
            return {}

        def collect(content: Any) -> dict[Any, Properties]:
            collector = vmodl.query.PropertyCollector
            spec = collector.FilterSpec(
                objectSet=[collector.ObjectSpec(obj=each) for each in wanted],
                propSet=[collector.PropertySpec(type=kind, pathSet=list(paths)) for kind in kinds],
                reportMissingObjectsInResults=True,
            )
            service = content.propertyCollector
            page = service.RetrievePropertiesEx([spec], collector.RetrieveOptions())
            found: dict[Any, Properties] = {}
            while page is not None:
                found |= {each.obj: {item.name: item.val for item in each.propSet} for each in page.objects}
                page = service.ContinueRetrievePropertiesEx(page.token) if page.token else None
            return found

        return self._ask(f"for {', '.join(paths)}", collect)

    def close(self) -> None:
        """Log out."""
        with self._lock:
            instance, self._instance = self._instance, None
        if instance is not None:
            with suppress(Exception):  # whether it still answers does not matter any more
                Disconnect(instance)

    def managed(self, kind: Any, moref: str) -> Any:
        """A managed object by its id, whether or not there is one."""
        return self._ask(f"for {moref}", lambda _: kind(moref, self._instance._stub))

    def ask(self, what: str, question: Callable[[Any], T]) -> T:
        """Put a question to the service's content, where it has no method of its own here.

        Raises:
            OstfError: vCenter does not answer; says to ``what``.
        """
        return self._ask(what, question)

    def _ask(self, what: str, question: Callable[[Any], T]) -> T:
        """Ask, and once more where the session has expired or vCenter has hung up on an idle connection."""
        with self._told_as_ours(what):
            try:
                return question(self._content())
            except _HUNG_UP:
                return question(self._content())
            except vim.fault.NotAuthenticated:
                # Over the same connection: managed objects that callers hold stay good.
                self._content().sessionManager.Login(self.access.user, resolve(self.access.password))
                return question(self._content())

    def _content(self) -> Any:
        with self._lock:
            if self._instance is None:
                self._instance = self._login()
            return self._instance.content

    def _context(self) -> ssl.SSLContext:
        access = self.access
        try:
            context = ssl.create_default_context(cafile=access.ca_file)
        except OSError as error:
            raise InputError(
                f"vcenters: ca_file of {access.name} cannot be used: {access.ca_file}: {error}"
            ) from None
        if access.insecure:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def _login(self) -> Any:
        access, context = self.access, self._context()
        return SmartConnect(
            host=access.host,
            port=access.port,
            user=access.user,
            pwd=resolve(access.password),
            sslContext=context,
            httpConnectionTimeout=_TIMEOUT_S,
        )

    @contextmanager
    def _told_as_ours(self, what: str) -> Iterator[None]:
        try:
            yield
        except vmodl.fault.ManagedObjectNotFound:
            raise KeyError(what) from None
        except (ExpatError, KeyError):
            # The KeyError of a type that pyvmomi does not know: it must not pass for "there is none".
            raise OstfError(f"{self} answers no SOAP when asked {what}: is it a vCenter? See VC-01") from None
        except vim.fault.InvalidLogin:
            raise OstfError(f"{self} refuses the login of {self.access.user}; see VC-01") from None
        except ssl.SSLCertVerificationError as error:
            against = self.access.ca_file or "this machine's authorities"
            raise OstfError(
                f"{self}: its certificate fails against {against}: {error.verify_message}; see VC-01"
            ) from None
        except (vmodl.MethodFault, HTTPException, OSError) as error:
            raise OstfError(f"{self} does not answer when asked {what}: {_told(error)}; see VC-01") from None


def _told(error: BaseException) -> str:
    """A fault in a line: pyvmomi prints them as a page."""
    words: str | Sequence[str] = getattr(error, "msg", "") or getattr(error, "faultMessage", "") or str(error)
    return f"{type(error).__name__.rpartition('.')[2]}: {words}".strip().rstrip(":")
