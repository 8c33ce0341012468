"""Stage generate: candidates aimed at what the diagnosis found."""
