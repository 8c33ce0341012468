"""Stage diagnose: what the policy gets wrong, category by category."""
