"""What a run file may ask of a cluster and one machine cannot give."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evolution_contracts.errors import ConfigError
from evolution_contracts.spec.data import DataSource
from evolution_contracts.spec.run import RunSpec
from evolution_contracts.spec.serving import Engine

CLUSTER_SOURCES = ("pvc://", "s3://")
FILE_SOURCE = "file://"


def local_problems(spec: RunSpec, data_root: Path) -> list[str]:
    """Return why the run cannot be done on this machine, one sentence a problem with its remedy; empty where it can.

    Args:
        spec: What the run file asks for.
        data_root: Folder that relative data files start at.
    """
    return [*_model(spec), *_serving(spec), *_data(spec, data_root)]


def require_local(spec: RunSpec, data_root: Path) -> None:
    """Raise `ConfigError` with every problem, if there is one."""
    if problems := local_problems(spec, data_root):
        text = "\n  ".join(["this run cannot be done on one machine:", *problems])
        raise ConfigError(f"{text}\n", remedy="Change the file, use --set, or apply it to a cluster with kubectl.")


def _model(spec: RunSpec) -> Iterator[str]:
    source = spec.model.source
    if source.startswith(CLUSTER_SOURCES):
        yield f"spec.model.source: {source} lies on a cluster; use hf://, file:// or builtin://"
    elif source.startswith(FILE_SOURCE) and not Path(source.removeprefix(FILE_SOURCE)).exists():
        yield f"spec.model.source: {source} does not exist; name the folder that holds the model"


def _serving(spec: RunSpec) -> Iterator[str]:
    for name, serving in (("diagnose", spec.diagnose.serving), ("filter", spec.filter.serving), ("evaluate", spec.evaluate.serving)):
        if serving.engine is Engine.VLLM:
            yield f"spec.{name}.serving.engine: VLLM is a sidecar of a pod; use Transformers, or HTTP with the url of a server"
        elif serving.engine is Engine.HTTP and serving.url is None:
            yield f"spec.{name}.serving.url: is required with engine HTTP; name the server's base URL, ending in /v1"


def _data(spec: RunSpec, data_root: Path) -> Iterator[str]:
    if spec.data.source is DataSource.FILES:
        for file in spec.data.files:
            if not (data_root / file).exists():
                yield f"spec.data.files: {file} does not exist below {data_root}; relative paths start at the run file's folder"
