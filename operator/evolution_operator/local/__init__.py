"""The local body: the same decisions as on a cluster, carried out by child processes and kept in one folder."""
