"""Stage prepare: puts the first model in place and splits the data.

Reads the model source and the data the spec names; leaves the model folder, the folds and the split registry.
"""
