"""The page as a whole: every section's content, handed to the template.

All content is escaped by the template engine; the page's own policy forbids scripts and every address but embedded pictures.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from evolution_contracts.stage import StageInput
from evolution_jobs.report import wording
from evolution_jobs.report.charts import legend_mark
from evolution_jobs.report.costs import costs
from evolution_jobs.report.data_flow import diagnosed, error_counts, funnels, read_reports
from evolution_jobs.report.examples import galleries
from evolution_jobs.report.history import History
from evolution_jobs.report.learning import panels, trained
from evolution_jobs.report.limits import limits
from evolution_jobs.report.lineage import descents, manifest_lines
from evolution_jobs.report.scores import compare, difference_chart, heat_rows, score_chart, turned
from evolution_jobs.report.settings import setting_changes, settings_yaml

TEMPLATES = Path(__file__).parent / "templates"
DECISIONS = ("Baseline", "Promoted", "Rejected", "Undecided")


def render(stage_input: StageInput, history: History) -> str:
    """Return the page; the same history gives the same text."""
    return _environment().get_template("report.html.j2").render(**_content(stage_input, history))


def _content(stage_input: StageInput, history: History) -> dict[str, Any]:
    spec = stage_input.spec
    reports = read_reports(history)
    return {
        "run": stage_input.run,
        "spec": spec,
        "history": history,
        "comparison": compare(history, spec.evaluate.confidence),
        "turned": turned(history, spec.evaluate.suites[0].fold),
        "score_chart": score_chart(history) if history.evaluated else None,
        "difference_chart": difference_chart(history),
        "heat_rows": heat_rows(history, spec.data.categories),
        "diagnosed": diagnosed(history, reports),
        "error_counts": error_counts(reports),
        "error_iterations": list(reports),
        "funnels": funnels(history),
        "panels": panels(history),
        "trained": trained(history),
        "galleries": galleries(history, reports),
        "costs": costs(history) if history.iterations else None,
        "descents": descents(history),
        "manifests": manifest_lines(history),
        "settings_yaml": settings_yaml(spec),
        "setting_changes": setting_changes(history, spec),
        "limits": limits(history, spec),
    }


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for name in ("percent", "points", "score", "change", "count", "duration", "size", "digest", "label", "plural", "shown"):
        environment.filters[name] = getattr(wording, name)
    environment.globals["style"] = Markup((TEMPLATES / "style.css").read_text())  # noqa: S704 - a file of this package
    environment.globals["marks"] = {decision: legend_mark(decision) for decision in DECISIONS}
    return environment
