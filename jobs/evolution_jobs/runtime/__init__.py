"""What every stage stands on: its input, its workspace, progress, resume, seeds and the way it ends."""
