"""Stage report: one self-contained page about the run, from everything that its stages left."""
