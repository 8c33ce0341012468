"""Programs that measure: speed, memory, and what a run survives. `make bench` and `make chaos` run them."""
