from __future__ import annotations

import pytest

from evolution_contracts.errors import ExitCode
from evolution_contracts.results import Outcome, ReportOutcome, StageFailure, StageResult
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.observation import Interruption
from evolution_operator.local.endings import judge_exit, judge_loss
from support.stages_folder import START


def result(outcome: Outcome | None = None, failure: StageFailure | None = None) -> StageResult:
    return StageResult(stage=StageName.REPORT, iteration=0, attempt=0, outcome=outcome, failure=failure)


DONE = result(outcome=ReportOutcome(page_digest="sha256:" + 64 * "0", size_bytes=1))
FAILED = result(failure=StageFailure(reason="InvalidData", message="row 3 is no JSON.", exit_code=65, is_retryable=False))


@pytest.mark.parametrize(
    ("status", "found", "code", "interruption", "message"),
    [
        pytest.param(0, DONE, 0, None, "", id="done"),
        pytest.param(0, None, 70, None, "left no result", id="done without a result"),
        pytest.param(0, FAILED, 70, None, "left no result", id="done with a failure"),
        pytest.param(65, FAILED, 65, None, "row 3 is no JSON.", id="failed with a reason"),
        pytest.param(1, None, 1, None, "ended with exit code 1", id="failed without a reason"),
        pytest.param(75, None, 75, None, "ended with exit code 75", id="stopped and saved"),
        pytest.param(-9, None, 137, Interruption.NODE_LOST, "SIGKILL", id="killed by somebody else"),
        pytest.param(-15, None, 143, Interruption.PREEMPTED, "SIGTERM", id="stopped by somebody else"),
        pytest.param(-11, None, 139, None, "SIGSEGV", id="crashed"),
    ],
)
def test_exit_status_is_judged(status: int, found: StageResult | None, code: int, interruption: Interruption | None, message: str) -> None:
    ending = judge_exit(status, found, at=START)
    assert (ending.exit_code, ending.interruption) == (code, interruption)
    assert message in ending.message


def test_unseen_end_with_a_result_is_success() -> None:
    assert judge_loss(DONE, Interruption.PREEMPTED, "evo ended", at=START).exit_code == ExitCode.OK


@pytest.mark.parametrize("found", [None, FAILED], ids=["no result", "a failure"])
def test_unseen_end_without_an_outcome_is_an_interruption(found: StageResult | None) -> None:
    ending = judge_loss(found, Interruption.PREEMPTED, "evo ended", at=START)
    assert (ending.exit_code, ending.interruption, ending.message) == (None, Interruption.PREEMPTED, "evo ended")
