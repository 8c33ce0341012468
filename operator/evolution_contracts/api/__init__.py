"""The Kubernetes API of the project: `EvolutionRun` and `EvolutionIteration`, group `dpe.dev`, version `v1alpha1`."""

GROUP = "dpe.dev"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"
