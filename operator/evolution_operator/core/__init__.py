"""The brain: pure functions from what is to what shall be. No I/O, clock, randomness, environment, kopf or client."""
