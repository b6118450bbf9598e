"""The lab's own certificate authority: trustme, the field's library for just this."""

from pathlib import Path

from ostf_dual.deployers.lab.layout import Layout
from ostf_dual.files import write_private


def write(layout: Layout) -> Path:
    """Make a CA, and one certificate for the loopback that HAProxy and the vCenters show.

    Returns:
        The CA's file, for clients.
    """
    import trustme

    authority = trustme.CA(organization_name="ostf-dual lab")
    server = authority.issue_cert("127.0.0.1", "localhost")
    key = server.private_key_pem.bytes().decode()
    chain = "".join(each.bytes().decode() for each in server.cert_chain_pems)
    write_private(layout.etc / "controller" / "public.pem", key + chain)
    write_private(layout.etc / "vcenter.pem", chain)
    write_private(layout.etc / "vcenter.key", key)
    ca_file = layout.state / "ca.pem"
    write_private(ca_file, authority.cert_pem.bytes().decode())
    return ca_file
