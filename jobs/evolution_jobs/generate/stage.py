"""Stage generate: reads the diagnosis report and the quotas, leaves one shard's candidates and the summary of its slots.

A shard owns the slots whose number leaves its index when divided by the number of shards. Its journal holds a line for every slot, so a
killed shard goes on where it was, and the finished dataset does not depend on how often that happened. The same scene in two shards is
settled by the filter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import islice

from evolution_contracts.errors import ConfigError, ContractError
from evolution_contracts.records import Ticket
from evolution_contracts.results import GenerateOutcome
from evolution_contracts.spec.generate import Provider
from evolution_contracts.spec.model import AnswerFormat
from evolution_contracts.vocabulary import Arm
from evolution_jobs.answers.verifier import Verifier
from evolution_jobs.generate import ledger
from evolution_jobs.generate.procedural import ScenePainter, Slot
from evolution_jobs.generate.tickets import Order, tickets
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.datasets import write_dataset
from evolution_jobs.runtime.diagnosis import DiagnosisReport, read_report
from evolution_jobs.runtime.files import write_atomically
from evolution_jobs.runtime.folds import REGISTRY_NAME, Registry
from evolution_jobs.runtime.names import CANDIDATES_NAME, REPORT_NAME
from evolution_jobs.runtime.resume import Resumed, recipe_of, resume
from evolution_jobs.scenes.registry import FAMILIES

JOURNAL_NAME = "slots.jsonl"
LEDGER_NAME = "ledger.json"
SLOTS_PER_WRITE = 16
"""Slots that are written to the journal together; so many are drawn again after a crash at most."""


def run(context: StageContext) -> GenerateOutcome:
    """Fill the slots of this shard.

    Raises:
        ConfigError: The spec asks for another provider, or the shard does not exist.
        ContractError: The input holds no quotas.
    """
    spec = context.input.spec.generate
    if spec.provider is not Provider.PROCEDURAL:
        raise ConfigError(
            f"generate.provider: {spec.provider} is not part of this installation.", remedy=f"Set generate.provider: {Provider.PROCEDURAL}."
        )
    own = _own_tickets(context)
    recipe = recipe_of(context.input, generate=spec.model_dump(mode="json", exclude={"pod"}), data=context.input.spec.data.document())
    with resume(context, JOURNAL_NAME, recipe) as resumed, Verifier(AnswerFormat.PLAIN) as verifier:
        painter = ScenePainter(
            verifier=verifier,
            registry=Registry.read(context.workspace.upstream("data").path(REGISTRY_NAME)),
            families=FAMILIES,
            size_pixels=context.input.spec.data.image_size_pixels,
            max_attempts=spec.max_attempts_per_slot,
        )
        slots = _fill(context, painter, own, resumed)
    return _leave(context, slots)


def _own_tickets(context: StageContext) -> list[Ticket]:
    shards = context.input.shards or 1
    if context.shard >= shards:
        raise ConfigError(
            f"shard {context.shard} does not exist: there are {shards}.",
            remedy="Set JOB_COMPLETION_INDEX to a number below generate.shards.",
        )
    return list(islice(tickets(_order(context)), context.shard, None, shards))


def _order(context: StageContext) -> Order:
    if context.input.plan is None:
        raise ContractError("the stage input holds no plan.", remedy="Rerun from diagnose; the control plane plans after it.")
    return Order(
        quotas=context.input.plan.quotas,
        families=FAMILIES,
        report=_report(context),
        spec=context.input.spec.generate,
        seed=context.input.seed,
        iteration=context.input.iteration,
    )


def _report(context: StageContext) -> DiagnosisReport | None:
    """Return the report to steer by; the arms that stand for a run without a diagnosis look at none, inside categories neither."""
    if context.input.spec.arm in {Arm.UNIFORM, Arm.NATURAL}:
        return None
    return read_report(context.workspace.upstream("diagnosis").path(REPORT_NAME))


def _fill(context: StageContext, painter: ScenePainter, own: Sequence[Ticket], resumed: Resumed) -> list[Slot]:
    kept = {line["ticket"]["slot"]: line for line in resumed.kept}
    context.progress.begin("slots", len(own), sum(ticket.slot in kept for ticket in own))
    slots: list[Slot] = []
    fresh: list[Slot] = []
    for ticket in own:
        if (line := kept.get(ticket.slot)) is not None:
            slot = ledger.from_line(line)
            if slot.row is not None:
                painter.take(slot.row)
        else:
            slot = painter.fill(ticket)
            fresh.append(slot)
        slots.append(slot)
        if len(fresh) == SLOTS_PER_WRITE:
            _keep(context, resumed, fresh)
            fresh = []
    _keep(context, resumed, fresh)
    return slots


def _keep(context: StageContext, resumed: Resumed, fresh: Iterable[Slot]) -> None:
    lines = [ledger.to_line(slot) for slot in fresh]
    resumed.journal.append(lines)
    context.progress.advance(len(lines))
    context.interrupt.check()


def _leave(context: StageContext, slots: Sequence[Slot]) -> GenerateOutcome:
    folder = context.workspace.folder
    digest = write_dataset(folder / CANDIDATES_NAME, (slot.row for slot in slots if slot.row is not None))
    write_atomically(folder / LEDGER_NAME, json.dumps(ledger.summary(slots), indent=1, sort_keys=True) + "\n")
    context.leave(CANDIDATES_NAME, LEDGER_NAME)
    return GenerateOutcome(
        dataset_digest=digest,
        accepted=ledger.accepted(slots),
        shortfall=ledger.shortfall(slots),
        rejected=ledger.rejected(slots),
    )
