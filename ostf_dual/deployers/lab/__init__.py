"""The embedded lab: a real OpenStack with both hypervisors on one machine."""
