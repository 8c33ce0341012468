"""From a model source to a folder that every later stage can load."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from evolution_contracts.errors import ConfigError, ModelServiceError
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.files import storage_errors
from evolution_jobs.runtime.model_folder import MODEL_FOLDER, model_artifacts, model_digest

MOUNT_VARIABLE = "EVOLUTION_MODEL_MOUNT"
"""Environment variable with the folder at which a `pvc://` source is mounted."""
WANTED_FILES = ("*.json", "*.safetensors", "*.txt", "*.jinja", "*.model", "LICENSE*")
"""What is fetched from a hub: weights only as safetensors, which hold no code."""


def prepare_model(context: StageContext) -> str:
    """Put the model into the attempt's folder, name its files as artifacts, and return its digest."""
    target = context.workspace.folder / MODEL_FOLDER
    partial = target.with_name(f".{MODEL_FOLDER}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    _fetch(context, partial)
    partial.rename(target)
    context.leave(*model_artifacts(context.workspace.folder))
    return model_digest(target)


def _fetch(context: StageContext, target: Path) -> None:
    source = context.input.spec.model.source
    scheme = urlsplit(source).scheme
    context.progress.activity(f"fetching {source}")
    if scheme == "builtin":
        _build(context, source, target)
    elif scheme == "hf":
        _download(context, source.removeprefix("hf://"), target)
    elif scheme == "file":
        _copy(_existing(source, Path(unquote(urlsplit(source).path))), target)
    elif scheme == "pvc" and (mount := os.environ.get(MOUNT_VARIABLE)):
        _copy(_existing(source, Path(mount, *Path(unquote(urlsplit(source).path)).parts[1:])), target)
    else:
        raise ConfigError(
            f"spec.model.source: {source!r} cannot be read here.",
            remedy="Use hf://, file:// or builtin://; pvc:// needs a cluster that mounts the claim, s3:// is not built into this image.",
        )


def _existing(source: str, folder: Path) -> Path:
    if not folder.is_dir():
        raise ConfigError(f"spec.model.source: {source!r}: {folder} is no folder.", remedy="Name the folder of a complete model.")
    if not any(folder.glob("*.safetensors")):
        raise ConfigError(
            f"spec.model.source: {source!r}: {folder} holds no weights (*.safetensors).", remedy="Name the folder of a complete model."
        )
    return folder


def _copy(folder: Path, target: Path) -> None:
    with storage_errors(target):
        shutil.copytree(folder, target, ignore=shutil.ignore_patterns(".*"), copy_function=shutil.copyfile)


def _download(context: StageContext, repository: str, target: Path) -> None:
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - costs a second that other sources need not wait
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415

    source = f"hf://{repository}"
    try:
        found = snapshot_download(repository, revision=context.input.spec.model.revision, allow_patterns=list(WANTED_FILES))
    except HFValidationError as error:
        raise ConfigError(f"spec.model.source: {source!r}: {error}", remedy="Write hf://owner/name.") from error
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise ModelServiceError(
            f"spec.model.source: {source!r} cannot be fetched: {str(error).splitlines()[0]}",
            remedy="Check the name, the revision, the token and the network; offline, fill the hub's cache first or use file://.",
        ) from error
    _copy(_existing(source, Path(found)), target)


def _build(context: StageContext, source: str, target: Path) -> None:
    """Build the built-in model once for each recipe, and copy it from the cache."""
    from evolution_jobs.policy.tiny_vlm import build, parse_recipe  # noqa: PLC0415 - torch, which other sources do not need

    recipe = parse_recipe(source, context.input.spec.data.categories)
    cached = context.settings.cache_folder / f"tiny-vlm-{recipe.fingerprint().removeprefix('sha256:')[:16]}"
    if not cached.is_dir():
        context.progress.begin("steps", recipe.steps)

        def on_step(step: int, loss: float) -> None:
            context.progress.metrics(loss=loss)
            context.progress.advance(1)
            if step < recipe.steps:
                context.interrupt.check()

        partial = cached.with_name(f".{cached.name}.{uuid.uuid4().hex}")
        with storage_errors(cached):
            build(recipe, partial, on_step)
            # Two runs may build the same model at once; the first rename wins, and both models are equal.
            try:
                partial.rename(cached)
            except OSError:
                shutil.rmtree(partial)
                if not cached.is_dir():
                    raise
    _copy(cached, target)
