"""The control plane: decides what a run needs next and carries it out, on Kubernetes or on one machine."""
