"""What credentials may see: no API tells rights but by their use."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking
from ostf_dual.errors import OstfError

if TYPE_CHECKING:
    from openstack.connection import Connection

_ADMIN = "admin"


def may_see_services(connection: "Connection") -> bool:
    """Whether Nova shows its compute services.

    Raises:
        OstfError: It does not answer, or with an error, and so does not tell.
    """
    from openstack.exceptions import raise_from_response

    with asking("admin rights"):
        answer = connection.compute.get("/os-services", params={"binary": "nova-compute"})
        if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return False
        raise_from_response(answer)
    return True


def has_admin_rights(connection: "Connection") -> bool:
    """Whether the credentials see what admins see; where Nova does not tell, by the roles of the token.

    An ill Nova must neither give rights nor take them: what asks it afterwards says what is wrong with it.
    """
    try:
        return may_see_services(connection)
    except OstfError:
        session: Any = connection.session
        with asking("the roles of the token"):
            return _ADMIN in session.auth.get_access(session).role_names
