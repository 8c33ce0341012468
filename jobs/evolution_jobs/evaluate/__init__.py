"""Stage evaluate: how good a model is on held-out samples, and how much better than others."""
