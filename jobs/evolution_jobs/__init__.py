"""What runs inside a stage's pod, or inside a child process of `evo run`."""
