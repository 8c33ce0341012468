"""A run as the report finds it: every stage but the training is the real one, asked a scripted policy with a skill for each category.

The training leaves a made-up curve and model. Mixture, quotas and gate are decided by the control plane's own functions.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.results import DiagnoseOutcome, EvaluateOutcome, Outcome, ReportOutcome, StageResult, TrainOutcome
from evolution_contracts.seeds import derive_seed
from evolution_contracts.stage import IterationPlan, IterationVerdict, Role, StageInput
from evolution_contracts.vocabulary import Category, Fold, StageName
from evolution_jobs.answers.instruction import canonical_text, wrap
from evolution_jobs.diagnose import stage as diagnose
from evolution_jobs.evaluate import stage as evaluate
from evolution_jobs.filter import stage as filtering
from evolution_jobs.generate import stage as generate
from evolution_jobs.policy.policy import Completion, Prompt
from evolution_jobs.report import stage as report
from evolution_jobs.report.history import History, read_history
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.datasets import Row, read_dataset
from evolution_jobs.runtime.model_folder import MODEL_FOLDER, model_artifacts, model_digest
from evolution_jobs.runtime.names import CANDIDATES_NAME, CURVE_NAME
from evolution_jobs.runtime.workspace import Workspace
from evolution_operator.core import gate
from evolution_operator.core.mixture import Evidence, mixture
from evolution_operator.core.quotas import quotas
from support.html_page import ParsedPage
from support.stage_world import ScriptedPolicy, Upstreams, World, outcome_of, succeeded

Skill = Mapping[Category, float]
"""Share of right answers in each category; one that is missing is never answered at all."""


def _with_a_zero(text: str) -> str:
    return f"{text}0"


@dataclass(kw_only=True)
class ReportWorld(World):
    """A world that plays a run iteration by iteration and keeps what the control plane would know."""

    updates: int = 12
    """Optimiser updates of each training."""
    wrong_text: Callable[[str], str] = _with_a_zero
    """Turns a right answer into what the policy says where it errs."""
    history: list[ArtifactRef] = field(default_factory=list)
    verdicts: list[IterationVerdict] = field(default_factory=list)
    known: dict[str, Row] = field(default_factory=dict)
    """Every sample that the policy may be asked."""
    refs: dict[str, ArtifactRef] = field(default_factory=dict)
    """`data`, and model and evaluation of the incumbent and the baseline."""

    def begin(self, skill: Skill) -> EvaluateOutcome:
        """Prepare, and evaluate the model that the run begins with."""
        self.refs["data"] = self.refs["model"] = self._keep(self.prepare())
        for fold in Fold:
            self._know(self.rows(self.refs["data"], fold))
        outcome = self._evaluate(0, self.refs["data"], skill)
        self.refs["baseline"] = self.refs["incumbent"] = self.history[-1]
        self._decide(0, gate.baseline(outcome))
        return outcome

    def iterate(self, number: int, *, before: Skill, after: Skill, until: StageName = StageName.EVALUATE) -> None:
        """Play an iteration: the incumbent answers with one skill, the candidate with another; stop after a stage if asked to."""
        data, model = self.refs["data"], self.refs["model"]
        result = self._play(diagnose.run, StageName.DIAGNOSE, number, {"data": [data], "model": [model]}, before)
        if until is StageName.DIAGNOSE:
            return
        plan = self._plan(number, result)
        candidates = self._generate(number, plan)
        stages: Upstreams = {"data": [data], "model": [model], "candidates": candidates}
        filtered = succeeded(self._play(filtering.run, StageName.FILTER, number, stages, before, plan))
        if until is StageName.FILTER:
            return
        stages = {"data": [data], "model": [model], "training_set": [filtered]}
        trained = self._keep(succeeded(self.run(partial(_train, self.updates), self._input(StageName.TRAIN, number, stages, plan))))
        if until is StageName.TRAIN:
            return
        verdict = gate.judged(self.spec.gate, self._evaluate(number, trained, after, plan))
        if self._decide(number, verdict).decision == "Promoted":
            self.refs.update(model=trained, incumbent=self.history[-1])

    def report_input(self) -> StageInput:
        """Return the input of the report over everything so far."""
        number = max((ref.iteration for ref in self.history), default=0)
        upstream: Upstreams = {"data": [self.refs["data"]]} if "data" in self.refs else {}
        base = self.input(StageName.REPORT, iteration=number, upstream=upstream)
        return base.evolve(history=tuple(self.history), verdicts=tuple(self.verdicts))

    def told(self) -> History:
        """Return the history as the report reads it."""
        stage_input = self.report_input()
        return read_history(Workspace(self.root / "artifacts", stage_input, 0), stage_input)

    def page(self) -> str:
        """Run the report and return the page."""
        stage_input = self.report_input()
        outcome = outcome_of(self.run(report.run, stage_input))
        page = (self.folder(stage_input) / report.PAGE_NAME).read_bytes()
        assert isinstance(outcome, ReportOutcome)
        assert outcome.size_bytes == len(page)
        return page.decode()

    def _plan(self, number: int, result: StageResult) -> IterationPlan:
        found = outcome_of(result)
        assert isinstance(found, DiagnoseOutcome)
        evidence = Evidence(categories=self.spec.data.categories, diagnosis=found.categories)
        shares = mixture(self.spec.mixture, self.spec.arm, evidence, seed=self.spec.seed, iteration=number)
        return IterationPlan(mixture=shares, quotas=quotas(shares, self.spec.generate.samples, evidence.accuracies()))

    def _generate(self, number: int, plan: IterationPlan) -> list[ArtifactRef]:
        shards = self.spec.generate.shards
        upstream: Upstreams = {"data": [self.refs["data"]], "diagnosis": [self.history[-1]]}
        stage_input = self.input(StageName.GENERATE, iteration=number, upstream=upstream, plan=plan, shards=shards)
        candidates = [self._keep(succeeded(self.run(generate.run, stage_input, shard))) for shard in range(shards)]
        for shard in range(shards):
            self._know(list(read_dataset(self.folder(stage_input, shard) / CANDIDATES_NAME)))
        return candidates

    def _evaluate(self, number: int, model: ArtifactRef, skill: Skill, plan: IterationPlan | None = None) -> EvaluateOutcome:
        upstream: dict[Role, list[ArtifactRef]] = {"data": [self.refs["data"]], "model": [model]}
        if number:
            upstream |= {"incumbent_evaluation": [self.refs["incumbent"]], "baseline_evaluation": [self.refs["baseline"]]}
        outcome = outcome_of(self._play(evaluate.run, StageName.EVALUATE, number, upstream, skill, plan))
        assert isinstance(outcome, EvaluateOutcome)
        return outcome

    def _play(
        self,
        stage: Callable[..., Outcome],
        name: StageName,
        number: int,
        upstream: Upstreams,
        skill: Skill,
        plan: IterationPlan | None = None,
    ) -> StageResult:
        policy = ScriptedPolicy(script=partial(self._answer, skill), batch_size=64)
        result = self.run(partial(stage, opener=policy.opener), self._input(name, number, upstream, plan))
        self._keep(succeeded(result))
        return result

    def _input(self, name: StageName, number: int, upstream: Upstreams, plan: IterationPlan | None) -> StageInput:
        return self.input(name, iteration=number, upstream=upstream, plan=plan)

    def _answer(self, skill: Skill, prompt: Prompt, index: int) -> Completion:
        sample = self.known[prompt.key].sample
        if sample.category not in skill:
            return Completion(text="", error="the scripted server gave no answer")
        right = canonical_text(sample.answer)
        luck = derive_seed(prompt.key, index) / 2**63
        return Completion(text=wrap(self.spec.prompt.answer_format, right if luck < skill[sample.category] else self.wrong_text(right)))

    def _decide(self, number: int, verdict: gate.Verdict) -> IterationVerdict:
        decided = IterationVerdict(iteration=number, decision=verdict.decision.value, reason=verdict.reason)
        self.verdicts.append(decided)
        return decided

    def _keep(self, ref: ArtifactRef) -> ArtifactRef:
        self.history.append(ref)
        return ref

    def _know(self, rows: list[Row]) -> None:
        self.known.update({row.sample.id: row for row in rows})


@dataclass(frozen=True)
class Played:
    """A world after its run, and the page about it."""

    world: ReportWorld
    page: str
    parsed: ParsedPage


def _train(updates: int, context: StageContext) -> TrainOutcome:
    """Leave a curve that rises and a model of a few bytes."""
    folder = context.workspace.folder
    (folder / MODEL_FOLDER).mkdir()
    (folder / MODEL_FOLDER / "weights.safetensors").write_text(f"weights of iteration {context.input.iteration}")
    lines = [curve_line(update, updates, context.input.iteration) for update in range(1, updates + 1)]
    (folder / CURVE_NAME).write_text("".join(json.dumps(line) + "\n" for line in lines))
    context.leave(CURVE_NAME, *model_artifacts(folder))
    rewards = [line["reward_mean"] for line in lines]
    return TrainOutcome(
        model_digest=model_digest(folder / MODEL_FOLDER),
        steps=updates,
        prompts=updates * 8,
        groups_with_signal=updates * 5,
        first_reward=rewards[0],
        last_reward=rewards[-1],
    )


def curve_line(update: int, updates: int, iteration: int) -> dict[str, float]:
    """Return a line of a made-up learning curve; the trainer logs the share of groups without signal only at every second update."""
    progress = update / updates
    wobble = math.sin(update * 1.7 + iteration) * 0.03
    line = {
        "update": update,
        "reward_mean": round(0.42 + 0.05 * iteration + 0.18 * progress + wobble, 5),
        "kl": round(0.02 * progress + abs(wobble) / 20, 5),
        "entropy": round(0.9 - 0.3 * progress + wobble, 5),
        "loss": round(0.001 * math.cos(update), 5),
    }
    return {**line, "zero_signal_share": round(0.25 + 0.2 * progress, 5)} if update % 2 else line


def even_skill(world: World, share: float) -> dict[Category, float]:
    """Return the same skill in every category of the world."""
    return dict.fromkeys(world.spec.data.categories, share)
