"""What the control plane and the stages agree on: models, file layout, names and errors.

Only pydantic and the standard library may be imported here, so that every image and every tool can afford this package.
"""
