"""The command line `evo`, also installed as `kubectl evo`."""
