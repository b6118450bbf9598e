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
from ostf_dual.waiting import WaitTimeoutError, wait_until

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


class Session:
    """One session. Threads may share it: pyvmomi keeps a pool of connections."""

    def __init__(self, access: VCenterAccess) -> None:
        self.access = access
        self._lock = RLock()
        self._instance: Any = None

    def __repr__(self) -> str:
        return f"vCenter {self.access.name} ({self.access.host}:{self.access.port})"

    def in_view(self, kind: Any, *paths: str) -> dict[Any, Properties]:
        """Properties of every object of a kind in the whole inventory."""
        return self.below(lambda content: content.rootFolder, kind, *paths)

    def below(self, root: Callable[[Any], Any], kind: Any, *paths: str) -> dict[Any, Properties]:
        """Properties of every object of a kind below a root."""
        name = f"for every {kind.__name__.rpartition('.')[2]}"
        view = self.ask(
            name,
            lambda content: content.viewManager.CreateContainerView(root(content), [kind], recursive=True),
        )
        try:
            return self.read(self.ask(name, lambda _: list(view.view)), *paths)
        finally:
            with suppress(OstfError):
                self.ask("to end a view", lambda _: view.Destroy())

    def run(self, what: str, begin: Callable[[], Any], *, timeout_s: float = _TASK_S) -> Any:
        """Begin a task, wait for its end, and return its result.

        Raises:
            KeyError: What it is about is gone.
            OstfError: It failed, or does not end.
        """
        task = self.ask(what, lambda _: begin())
        try:
            info = wait_until(
                lambda: self.ask(what, lambda _: task.info),
                lambda info: info.state in {vim.TaskInfo.State.success, vim.TaskInfo.State.error},
                what=what,
                timeout_s=timeout_s,
                describe=lambda info: str(info.state),
            )
        except WaitTimeoutError as error:  # the task is our question: that it does not end answers nothing
            raise OstfError(
                f"{self} has not ended a task in {timeout_s:g} s ({error.last}; look at its recent tasks): {what}"
            ) from None
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

        return self.ask(f"for {', '.join(paths)}", collect)

    def close(self) -> None:
        """Log out."""
        with self._lock:
            instance, self._instance = self._instance, None
        if instance is not None:
            with suppress(Exception):  # whether it still answers does not matter any more
                Disconnect(instance)

    def managed(self, kind: Any, moref: str) -> Any:
        """A managed object by its id, whether or not there is one."""
        return self.ask(f"for {moref}", lambda _: kind(moref, self._instance._stub))

    def ask(self, what: str, question: Callable[[Any], T]) -> T:
        """Put a question to the service's content.

        Once more where the session has expired or vCenter has hung up on an idle connection.

        Raises:
            KeyError: What it is about is gone.
            OstfError: vCenter does not answer; says to ``what``.
        """
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

    def cookie(self) -> Any:
        """What a browser shows for this session."""
        return self.ask("for a session", lambda _: self._instance._stub.cookie)

    @property
    def tls(self) -> ssl.SSLContext:
        """How the server's certificate is verified."""
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
        access, context = self.access, self.tls
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
