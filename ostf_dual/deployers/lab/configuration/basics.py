"""Keystone, Glance and Placement."""

from ostf_dual.deployers.lab.configuration.common import common, merged, token_check
from ostf_dual.deployers.lab.configuration.site import MEMCACHED_PORT, PORTS, File, Site, database
from ostf_dual.deployers.lab.layout import INSIDE


def keystone() -> File:
    """Fernet tokens; no notifications, nobody listens."""
    return {
        "DEFAULT": {"use_stderr": "true"},
        "database": {"connection": database("keystone")},
        "token": {"expiration": "86400"},
        "fernet_tokens": {"key_repository": f"{INSIDE}/var/keystone/fernet"},
        "fernet_receipts": {"key_repository": f"{INSIDE}/var/keystone/receipt"},
        "credential": {"key_repository": f"{INSIDE}/var/keystone/credential"},
        "cache": {
            "enabled": "true", "backend": "dogpile.cache.pymemcache",
            "memcache_servers": f"127.0.0.1:{MEMCACHED_PORT}",
        },
        "oslo_middleware": {"enable_proxy_headers_parsing": "true"},
        "oslo_messaging_notifications": {"driver": "noop"},
    }  # fmt: skip


def glance(site: Site) -> File:
    """A file store. VMDK subtypes are refused unless they are named."""
    var = f"{INSIDE}/var/glance"
    return merged(common(site, "glance"), {
        "DEFAULT": {
            "bind_host": "127.0.0.1", "bind_port": str(PORTS["glance"]), "workers": "0",
            "enabled_backends": "file:file", "node_staging_uri": f"file://{var}/staging",
            "public_endpoint": site.public["glance"],
        },
        "database": {"connection": database("glance")},
        "glance_store": {"default_backend": "file"},
        "file": {"filesystem_store_datadir": f"{var}/images"},
        "os_glance_staging_store": {"filesystem_store_datadir": f"{var}/staging"},
        "os_glance_tasks_store": {"filesystem_store_datadir": f"{var}/tasks"},
        "image_format": {"vmdk_allowed_types": "streamOptimized,monolithicSparse,monolithicFlat"},
        "paste_deploy": {"flavor": "keystone", "config_file": f"{site.venv}/etc/glance/glance-api-paste.ini"},
    })  # fmt: skip


def placement(site: Site) -> File:
    """Nothing but where its database is."""
    return {
        "DEFAULT": {"use_stderr": "true"},
        "placement_database": {"connection": database("placement")},
        "api": {"auth_strategy": "keystone"},
        "oslo_middleware": {"enable_proxy_headers_parsing": "true"},
        "keystone_authtoken": token_check(site, "placement"),
    }
