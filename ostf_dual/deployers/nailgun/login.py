"""How one gets to a Fuel master: whether it wants a login, and by which of Keystone's versions."""

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ostf_dual.deployers.nailgun.answers import concealing
from ostf_dual.deployers.nailgun.master import Master
from ostf_dual.environment.definition import FuelMaster
from ostf_dual.environment.secret import resolve
from ostf_dual.errors import InputError, OstfError
from ostf_dual.tls import authorities

if TYPE_CHECKING:
    from keystoneauth1.plugin import BaseAuthPlugin

_TIMEOUT_S = 60.0
_OK, _UNAUTHORIZED = 200, 401


def log_in(fuel: FuelMaster, secrets: Iterable[str] = (), *, pause_s: float = 1.0) -> Master:
    """A master that lets us in.

    Args:
        fuel: Where it is, and who we are.
        secrets: What, beside its own password, no message may show.
        pause_s: Before a question that got no answer is asked again.

    Raises:
        InputError: It wants a login, and there is no password; or the two ways to treat its certificate are both given.
        OstfError: It cannot be asked, or takes no login of this user.
    """
    from keystoneauth1 import exceptions as keystone
    from keystoneauth1.session import Session  # with requests behind it: not before somebody connects

    if fuel.insecure and fuel.ca_file:
        raise InputError("fuel.insecure: the certificate is either verified against ca_file or not at all")
    if fuel.insecure:
        warnings.filterwarnings("ignore", "Unverified HTTPS request")  # the definition says it already
    password = resolve(fuel.password) if fuel.password else None
    trusted = str(fuel.ca_file) if fuel.ca_file else authorities() or True
    session = Session(verify=not fuel.insecure and trusted, timeout=_TIMEOUT_S)
    master = Master(session, fuel.url, concealing([*secrets, *([password] if password else [])]), pause_s)
    if _wants_login(master):
        if password is None:
            raise InputError(f"fuel.password: is missing, and the Fuel master at {master.url} wants a login")
        session.auth = _plugin(master, fuel, password)
        try:
            session.get_token()
        except keystone.ClientException as error:
            told = master.concealed(str(error))
            raise OstfError(
                f"cannot log in to the Fuel master at {master.url} as {fuel.user}: {told}"
            ) from None
    return master


def _wants_login(master: Master) -> bool:
    answer = master.probe("api/version")
    if answer.status == _UNAUTHORIZED:
        return True
    if answer.status != _OK or not isinstance(answer.value, dict):
        raise OstfError(
            f"what answers at {master.url} is no Fuel master: HTTP {answer.status} from api/version"
        )
    return bool(answer.value.get("auth_required"))


def _plugin(master: Master, fuel: FuelMaster, password: str) -> "BaseAuthPlugin":
    """Asked at the master's own address: Keystone's documents name addresses that only the master reaches."""
    from keystoneauth1.identity import v2, v3

    keystone = f"{master.url}/keystone"
    if master.probe("keystone/v3").status == _OK:
        return v3.Password(
            f"{keystone}/v3",
            username=fuel.user,
            password=password,
            user_domain_id="default",
            project_name=fuel.tenant,
            project_domain_id="default",
        )
    return v2.Password(f"{keystone}/v2.0", username=fuel.user, password=password, tenant_name=fuel.tenant)
