"""Stage filter: the candidates that are worth training on."""
