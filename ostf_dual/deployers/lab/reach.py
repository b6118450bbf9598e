"""openstacksdk's connection to a lab."""

from typing import Any

from ostf_dual.deployers.lab.layout import Layout


def connect(layout: Layout, *, admin: bool = True) -> Any:
    """A new connection, as the admin or as the user of the checks; a context manager that closes it."""
    import openstack

    name = layout.name + ("-admin" if admin else "")
    config = openstack.config.OpenStackConfig(config_files=[str(layout.clouds_file)], load_envvars=False)
    return openstack.connection.Connection(config=config.get_one(cloud=name))
