"""A guest's screen, as vCenter shows it: a PNG behind ``/screen?id=MOREF``, to who has a session.

Source: the vSphere Web Services SDK Programming Guide; govc's ``vm.console -capture`` does the same.
"""

import http.client
import ssl
from urllib.parse import urlencode

from ostf_dual.environment.model import VCenterAccess
from ostf_dual.errors import OstfError

_PNG = b"\x89PNG\r\n\x1a\n"
_ANSWER_S = 15.0


def read_screen(access: VCenterAccess, context: ssl.SSLContext, cookie: str, moref: str) -> bytes | None:
    """The screen of a virtual machine, as PNG; None: vCenter shows none, as of one that is off.

    Args:
        access: Which vCenter.
        context: Trusts it.
        cookie: Of a session.
        moref: The machine's managed object id.

    Raises:
        OstfError: It does not answer.
    """
    connection = http.client.HTTPSConnection(access.host, access.port, timeout=_ANSWER_S, context=context)
    try:
        connection.request("GET", f"/screen?{urlencode({'id': moref})}", headers={"Cookie": cookie})
        content = connection.getresponse().read()
    except (OSError, http.client.HTTPException) as error:
        raise OstfError(f"vCenter {access.name} does not show the screen of {moref}: {error}") from None
    finally:
        connection.close()
    return content if content.startswith(_PNG) else None
