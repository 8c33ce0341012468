"""Procedural generators: pictures with questions whose answers are known by construction.

One module a category. A family turns a seed into a semantic state, and the state into picture, question, typed answer and the
reading of wrong answers; an independent `check` recomputes the answer from the state by another way.
"""
