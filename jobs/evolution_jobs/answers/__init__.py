"""Typed answers: extract them from a completion, compare them with the gold answer, turn the grade into a reward.

Diagnosis, filter, training and evaluation all ask the one `verifier.Verifier`, so that a pass rate, a verdict and a reward never disagree
about what is right. Nothing here imports torch, transformers or sympy: formulas are compared in worker processes (`latex`).
"""
