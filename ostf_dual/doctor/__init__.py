"""What is missing on this machine, in the credentials and on the way to the hypervisors. Reads only."""
