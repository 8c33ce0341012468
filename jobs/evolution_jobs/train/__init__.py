"""Stage train: GRPO on the training set with verifiable rewards, by TRL.

Reads the training set and the incumbent model; leaves the candidate model and its learning curves.
"""
