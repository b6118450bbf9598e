"""The independent witnesses: what the hypervisors say, held against OpenStack's word."""
