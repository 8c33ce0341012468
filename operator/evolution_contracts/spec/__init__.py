"""The user's intent: `EvolutionRun.spec`, one module for each part of it."""
