"""Every error the project raises on purpose.

    EvolutionError
    ├── ConfigError            the run file or the settings are wrong             exit 78, not retryable
    │   └── MissingDependencyError   an optional package is not installed
    ├── ContractError          data or an artifact breaks its contract            exit 65, not retryable
    │   ├── ArtifactError      a manifest or file is missing or has another digest
    │   ├── SplitError         a sample was read outside its fold
    │   └── ImageError         an image is truncated, too large or no image
    ├── ModelServiceError      the model, its server or the hub does not answer   exit 69, retryable
    ├── StorageError           the disk is full or cannot be written              exit 69, retryable
    ├── BusyError              another process works on the same folder           exit 75, retryable
    ├── InterruptedStageError  the stage was asked to stop and saved its work     exit 75, retryable
    └── ClusterError           Kubernetes or the local supervisor failed          exit 69, retryable

Anything else that escapes is a defect of ours: exit 70. A message says what happened, with the field and the value, then the remedy.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """Exit codes of stages and commands, after BSD sysexits."""

    OK = 0
    DATA = 65
    UNAVAILABLE = 69
    INTERNAL = 70
    TEMPORARY = 75
    CONFIGURATION = 78


class EvolutionError(Exception):
    """Base of every error raised on purpose; `remedy` says what to do about it."""

    reason: ClassVar[str] = "InternalError"
    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL
    is_retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()


class ConfigError(EvolutionError):
    """The run file, a flag or the environment asks for something that cannot be."""

    reason = "InvalidConfiguration"
    exit_code = ExitCode.CONFIGURATION


class MissingDependencyError(ConfigError):
    """The request needs an optional package that is not installed."""

    reason = "MissingDependency"


class ContractError(EvolutionError):
    """Data that another party wrote breaks the contract for it."""

    reason = "InvalidData"
    exit_code = ExitCode.DATA


class ArtifactError(ContractError):
    """A manifest or an artifact is missing, incomplete or has another digest than recorded."""

    reason = "InvalidArtifact"


class SplitError(ContractError):
    """A sample was about to be used outside the fold it belongs to."""

    reason = "SplitViolation"


class ImageError(ContractError):
    """An image is truncated, larger than allowed, or not an image."""

    reason = "InvalidImage"


class ModelServiceError(EvolutionError):
    """A model, its server or the model hub did not answer as it should."""

    reason = "ModelServiceUnavailable"
    exit_code = ExitCode.UNAVAILABLE
    is_retryable = True


class StorageError(EvolutionError):
    """The artifact storage is full or cannot be written."""

    reason = "StorageUnavailable"
    exit_code = ExitCode.UNAVAILABLE
    is_retryable = True


class BusyError(EvolutionError):
    """Another live process holds the folder that is needed."""

    reason = "FolderInUse"
    exit_code = ExitCode.TEMPORARY
    is_retryable = True


class InterruptedStageError(EvolutionError):
    """The stage was asked to stop, saved its work, and can be continued."""

    reason = "Interrupted"
    exit_code = ExitCode.TEMPORARY
    is_retryable = True


class ClusterError(EvolutionError):
    """The cluster, or the local supervisor in its place, did not do what it was asked to."""

    reason = "ClusterUnavailable"
    exit_code = ExitCode.UNAVAILABLE
    is_retryable = True


def all_error_classes() -> tuple[type[EvolutionError], ...]:
    """Return every class of the tree, the base first, in order of definition."""
    found: list[type[EvolutionError]] = [EvolutionError]
    for cls in found:
        found.extend(cls.__subclasses__())
    return tuple(found)
