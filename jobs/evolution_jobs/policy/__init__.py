"""The model that is asked: one protocol, and the engines behind it."""
