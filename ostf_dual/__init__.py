"""The health check for OpenStack clouds that run servers on KVM and on VMware vCenter at once."""
