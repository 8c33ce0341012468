"""Stage report: reads every manifest of the run, leaves `report.html`.

The page is one file that needs no network: it can be archived with the model, mailed and printed.
"""

from __future__ import annotations

import hashlib

from evolution_contracts.results import ReportOutcome
from evolution_jobs.report.history import read_history
from evolution_jobs.report.page import render
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.files import write_atomically

PAGE_NAME = "report.html"


def run(context: StageContext) -> ReportOutcome:
    """Write the page.

    Raises:
        ArtifactError: Something that the history names is missing or damaged.
        ContractError: What a stage left cannot be told from another's.
    """
    history = read_history(context.workspace, context.input)
    context.progress.begin("pages", 1)
    page = render(context.input, history).encode()
    write_atomically(context.workspace.folder / PAGE_NAME, page)
    context.leave(PAGE_NAME)
    context.progress.advance(1)
    return ReportOutcome(page_digest=f"sha256:{hashlib.sha256(page).hexdigest()}", size_bytes=len(page))
