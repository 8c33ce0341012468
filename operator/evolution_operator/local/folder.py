"""The folder of a local run: what lies where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evolution_contracts.artifacts import MANIFEST_NAME
from evolution_contracts.errors import ConfigError
from evolution_contracts.vocabulary import StageName

NAMESPACE = "local"
"""Namespace of every local run, as in the paths of its artifacts."""
DEFAULT_PARENT = Path("runs")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Paths inside one run's folder; nothing is read or made by looking at them."""

    path: Path

    @property
    def run_file(self) -> Path:
        """The run file as it was given last."""
        return self.path / "run.yaml"

    @property
    def state(self) -> Path:
        """Status and iteration records."""
        return self.path / "state.json"

    @property
    def lock(self) -> Path:
        """Held by the one `evo` that works on the folder."""
        return self.path / "lock"

    @property
    def artifacts(self) -> Path:
        """Artifact root."""
        return self.path / "artifacts"

    @property
    def children(self) -> Path:
        """One folder for each child that lives or is still looked at."""
        return self.path / "children"

    @property
    def logs(self) -> Path:
        """Output of the stages; stays when their children are removed."""
        return self.path / "logs"

    @property
    def server_log(self) -> Path:
        """What the stage server says while it loads."""
        return self.logs / "server.log"

    @property
    def report(self) -> Path:
        """The page for people."""
        return self.path / "report.html"

    @property
    def summary(self) -> Path:
        """The result for programs."""
        return self.path / "summary.json"

    @property
    def log(self) -> Path:
        """What `evo` did, as JSON lines."""
        return self.path / "evo.log"

    def stage_log(self, *, iteration: int, stage: StageName, attempt: int, shard: int | None) -> Path:
        """Return the log of one attempt (of one shard)."""
        name = f"a{attempt}.log" if shard is None else f"a{attempt}-s{shard}.log"
        return self.logs / f"i{iteration}" / stage.value / name

    def newest_report(self) -> Path | None:
        """Return the page that the newest finished report stage left, if there is one."""
        manifests = self.artifacts.glob(f"{NAMESPACE}/*/i*/{StageName.REPORT.value}/a*/{MANIFEST_NAME}")
        pages = [manifest.parent / self.report.name for manifest in manifests]
        return max((page for page in pages if page.exists()), key=lambda page: page.stat().st_mtime_ns, default=None)


def find_run_folder(run: str | None, parent: Path) -> RunFolder:
    """Return the folder of a run, by its name below `parent` or by its path; None takes the run that was written last.

    Raises:
        ConfigError: There is no such run.
    """
    if run is None:
        states = sorted(parent.glob("*/state.json"), key=lambda path: path.stat().st_mtime_ns)
        if not states:
            raise ConfigError(f"{parent} holds no run.", remedy="Start one with `evo run FILE`, or name the parent with --folder.")
        return RunFolder(states[-1].parent)
    for folder in (RunFolder(parent / run), RunFolder(Path(run))):
        if folder.state.exists():
            return folder
    raise ConfigError(f"there is no run {run!r}: {parent / run / 'state.json'} does not exist.", remedy=_known_runs(parent))


def _known_runs(parent: Path) -> str:
    names = sorted(path.parent.name for path in parent.glob("*/state.json"))
    return f"Known runs: {', '.join(names)}." if names else "Start one with `evo run FILE`, or name the parent with --folder."
