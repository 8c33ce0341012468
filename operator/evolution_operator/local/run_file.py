"""Run files: YAML in, an `EvolutionRun` out, or an error that names line, field, value and remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.constructor import ConstructorError

from evolution_contracts.api.run import EvolutionRun
from evolution_contracts.errors import ConfigError
from evolution_operator.local.run_file_errors import describe, line_of

TOP_LEVEL = ("apiVersion", "kind", "metadata", "spec", "status")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFile:
    """A run file that was read and found valid."""

    path: Path
    text: str
    """As it stands in the file, without what `--set` changed."""
    run: EvolutionRun


class _UniqueKeyLoader(yaml.SafeLoader):
    """Safe YAML that refuses a key that stands twice: YAML would silently take the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        seen: dict[Any, int] = {}
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if key in seen:
                raise ConstructorError(None, None, f"key {key!r} stands twice, in lines {seen[key]} and {line}", key_node.start_mark)
            seen[key] = line
        return super().construct_mapping(node, deep=deep)


def read_run_file(path: Path, overrides: Sequence[str] = ()) -> RunFile:
    """Return the run that a file describes, with `path=value` overrides laid over it.

    Raises:
        ConfigError: The file cannot be read, is no YAML, or breaks the contract; every broken field is listed.
    """
    text = _read(path)
    node, document = _parse(path, text)
    for override in overrides:
        _apply_override(document, override)
    try:
        return RunFile(path=path, text=text, run=EvolutionRun.model_validate(document, by_alias=True, by_name=False))
    except ValidationError as error:
        lines = []
        for detail in error.errors():
            line = line_of(node, detail["loc"])
            lines.append(describe(detail) + (f" (line {line})" if line else ""))
        heading = f"{path} is no valid run:" if len(lines) == 1 else f"{path} is no valid run; {len(lines)} fields are wrong:"
        remedy = "`evo plan FILE` checks a file without running it."
        raise ConfigError("\n  ".join([heading, *lines]) + "\n", remedy=remedy) from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"run file {path} cannot be read: {error.strerror}.", remedy="Name an existing YAML file.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"run file {path} is not UTF-8 text: byte {error.start}.", remedy="Save it as UTF-8.") from error


def _parse(path: Path, text: str) -> tuple[yaml.Node, dict[str, Any]]:
    try:
        nodes = [node for node in yaml.compose_all(text, Loader=_UniqueKeyLoader) if node is not None]
        documents = [document for document in yaml.load_all(text, Loader=_UniqueKeyLoader) if document is not None]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{path}, line {line}: {error.problem}.", remedy="Mend the YAML there.") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is no YAML: {error}.", remedy="Mend the file.") from error
    if len(documents) != 1 or not isinstance(documents[0], dict):
        raise ConfigError(
            f"{path} holds {len(documents)} YAML documents; a run file is one mapping.", remedy="Keep one EvolutionRun in the file."
        )
    return nodes[0], documents[0]


def _apply_override(document: dict[str, Any], override: str) -> None:
    name, separator, text = override.partition("=")
    if not separator or not name:
        raise ConfigError(f"--set {override!r} is not of the form path=value.", remedy="Write it like --set train.grpo.maxSteps=10.")
    path = name.split(".")
    if path[0] not in TOP_LEVEL:
        path.insert(0, "spec")
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"--set {name}: {text!r} is no YAML value.", remedy="Quote the value.") from error
    _set(document, path, value, override)


def _set(place: Any, path: Sequence[str], value: Any, override: str) -> None:
    """Set the value at a path, making mappings on the way; a whole number addresses an entry of a list."""
    for index, part in enumerate(path):
        is_last = index == len(path) - 1
        if isinstance(place, dict):
            if is_last:
                place[part] = value
            else:
                if place.get(part) is None:
                    place[part] = {}
                place = place[part]
        elif isinstance(place, list) and part.isdecimal() and int(part) < len(place):
            if is_last:
                place[int(part)] = value
            place = place[int(part)]
        else:
            raise ConfigError(
                f"--set {override!r}: {'.'.join(path[:index])} has no field {part!r}.", remedy="Name a field that the run file can have."
            )
