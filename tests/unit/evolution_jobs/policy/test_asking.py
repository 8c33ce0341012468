"""What replies are worth, and when too few of them are."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from evolution_contracts.errors import ContractError, EvolutionError, ModelServiceError
from evolution_contracts.results import DiagnoseOutcome
from evolution_contracts.vocabulary import Judgement, StageName
from evolution_jobs.answers.grade import Grade
from evolution_jobs.diagnose.stage import run
from evolution_jobs.policy.asking import Reply, require_judged
from evolution_jobs.policy.policy import Completion
from support.stage_world import ScriptedPolicy, World, outcome_of, tiny_spec


def reply(judgement: Judgement, *, is_parsable: bool = True, error: str = "") -> Reply:
    grade = Grade(judgement=judgement, extracted="7" if is_parsable else None, is_well_formed=True, is_parsable=is_parsable)
    return Reply(completion=Completion(text="" if error else "7", error=error), grade=grade)


@pytest.mark.parametrize(
    ("found", "judgement", "is_unparsable"),
    [
        (reply(Judgement.CORRECT), Judgement.CORRECT, False),
        (reply(Judgement.WRONG), Judgement.WRONG, False),
        (reply(Judgement.ABSTAIN, is_parsable=False), Judgement.WRONG, True),
        (reply(Judgement.ABSTAIN), Judgement.ABSTAIN, False),
        (reply(Judgement.ABSTAIN, is_parsable=False, error="gone"), Judgement.ABSTAIN, False),
    ],
    ids=["correct", "wrong", "unreadable", "verifier failed", "never came"],
)
def test_replies_are_right_wrong_or_nobody_knows(found: Reply, judgement: Judgement, *, is_unparsable: bool) -> None:
    assert (found.judgement, found.is_unparsable) == (judgement, is_unparsable)


@pytest.mark.parametrize(("judged", "abstained", "expected"), [(10, 0, 0.0), (8, 2, 0.2), (1, 0, 0.0)])
def test_share_up_to_the_limit_is_returned(judged: int, abstained: int, expected: float) -> None:
    assert require_judged(judged=judged, abstained=abstained, max_share=0.2, unanswered=abstained) == expected


@pytest.mark.parametrize(
    ("judged", "abstained", "unanswered", "max_share", "kind"),
    [
        (7, 3, 3, 0.2, ModelServiceError),
        (7, 3, 0, 0.2, ContractError),
        (0, 5, 5, 1.0, ModelServiceError),
        (0, 5, 1, 1.0, ContractError),
    ],
    ids=["outage", "unreadable keys", "nothing came", "nothing could be judged"],
)
def test_too_few_judgements_are_an_error_of_the_right_kind(
    judged: int, abstained: int, unanswered: int, max_share: float, kind: type[EvolutionError]
) -> None:
    with pytest.raises(kind, match=f"{abstained} of {judged + abstained} answers have no judgement"):
        require_judged(judged=judged, abstained=abstained, max_share=max_share, unanswered=unanswered)


def test_half_a_surrogate_pair_from_a_server_breaks_nothing(tmp_path: Path) -> None:
    world = World(root=tmp_path, spec=tiny_spec())
    data = world.prepare()
    stage_input = world.input(StageName.DIAGNOSE, upstream={"data": [data], "model": [data]})
    outcome = outcome_of(world.run(partial(run, opener=ScriptedPolicy(script=lambda prompt, _: "\ud800 7").opener), stage_input))
    assert isinstance(outcome, DiagnoseOutcome)
    assert "? 7" in (world.folder(stage_input) / "answers.jsonl").read_text()
