from datetime import timedelta

import pytest

from evolution_contracts.api.run import FailureCause
from evolution_contracts.errors import EvolutionError, ExitCode, all_error_classes
from evolution_contracts.results import StageFailure, StageResult
from evolution_contracts.spec.failure import FailureSpec
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.failure_policy import cause_of_exit_code, cause_of_failure, classified, retries, retry_delay
from evolution_operator.core.observation import ChildState, Interruption
from support.children import a_child

INFRASTRUCTURE, USER, INTERNAL = FailureCause.INFRASTRUCTURE, FailureCause.USER, FailureCause.INTERNAL

CAUSE_OF_ERROR = {
    "EvolutionError": INTERNAL,
    "ConfigError": USER,
    "MissingDependencyError": USER,
    "ContractError": USER,
    "ArtifactError": USER,
    "SplitError": USER,
    "ImageError": USER,
    "ModelServiceError": INFRASTRUCTURE,
    "StorageError": INFRASTRUCTURE,
    "BusyError": INFRASTRUCTURE,
    "InterruptedStageError": FailureCause.PREEMPTED,
    "ClusterError": INFRASTRUCTURE,
}


def test_every_error_of_the_contracts_stands_in_the_table() -> None:
    ours = [cls for cls in all_error_classes() if cls.__module__ == "evolution_contracts.errors"]
    assert {cls.__name__ for cls in ours} == set(CAUSE_OF_ERROR)


@pytest.mark.parametrize("cls", [cls for cls in all_error_classes() if cls.__name__ in CAUSE_OF_ERROR], ids=lambda cls: cls.__name__)
def test_each_error_of_the_contracts_is_charged_to_its_cause(cls: type[EvolutionError]) -> None:
    assert cause_of_failure(cls.reason, cls.exit_code) is CAUSE_OF_ERROR[cls.__name__]


@pytest.mark.parametrize("cls", [cls for cls in all_error_classes() if cls.__name__ in CAUSE_OF_ERROR], ids=lambda cls: cls.__name__)
def test_retryable_errors_are_exactly_those_with_platform_budgets(cls: type[EvolutionError]) -> None:
    cause = cause_of_failure(cls.reason, cls.exit_code)
    assert cls.is_retryable == (cause in (INFRASTRUCTURE, FailureCause.PREEMPTED))


@pytest.mark.parametrize(
    ("exit_code", "cause"),
    [
        (ExitCode.DATA, USER),
        (ExitCode.UNAVAILABLE, INFRASTRUCTURE),
        (ExitCode.INTERNAL, INTERNAL),
        (ExitCode.TEMPORARY, INFRASTRUCTURE),
        (ExitCode.CONFIGURATION, USER),
        (1, INTERNAL),
        (42, INTERNAL),
        (137, FailureCause.OUT_OF_MEMORY),
        (-9, FailureCause.OUT_OF_MEMORY),
        (143, FailureCause.PREEMPTED),
        (-15, FailureCause.PREEMPTED),
        (139, INTERNAL),
        (-11, INTERNAL),
    ],
)
def test_exit_codes_are_charged_to_their_cause(exit_code: int, cause: FailureCause) -> None:
    assert cause_of_exit_code(exit_code) is cause


@pytest.mark.parametrize(
    ("interruption", "cause"),
    [
        (Interruption.OUT_OF_MEMORY, FailureCause.OUT_OF_MEMORY),
        (Interruption.PREEMPTED, FailureCause.PREEMPTED),
        (Interruption.NODE_LOST, INFRASTRUCTURE),
        (Interruption.DELETED, INFRASTRUCTURE),
        (Interruption.IMAGE_PULL, INFRASTRUCTURE),
        (Interruption.UNSCHEDULABLE, INFRASTRUCTURE),
        (Interruption.CONFIGURATION, USER),
    ],
)
def test_what_the_cluster_did_weighs_more_than_the_exit_code(interruption: Interruption, cause: FailureCause) -> None:
    child = a_child(ChildState.FAILED, exit_code=70, interruption=interruption)
    assert classified(child).cause is cause


def test_every_interruption_has_a_cause() -> None:
    for interruption in Interruption:
        classified(a_child(ChildState.FAILED, interruption=interruption))


def told(exit_code: int, reason: str = "InvalidData") -> StageResult:
    failure = StageFailure(reason=reason, message="row 3 has no image. Remove it.", exit_code=exit_code, is_retryable=False)
    return StageResult(stage=StageName.TRAIN, iteration=1, attempt=0, failure=failure)


def test_stage_that_tells_its_failure_is_believed_before_its_exit_code() -> None:
    failure = classified(a_child(ChildState.FAILED, exit_code=1, results=(told(65),)))
    assert failure.cause is USER
    assert "InvalidData (exit 65): row 3 has no image" in failure.message


@pytest.mark.parametrize("exit_code", [None, 0], ids=["no-exit-code", "exit-0"])
def test_failed_child_without_a_failed_process_is_a_failure_of_the_platform(exit_code: int | None) -> None:
    assert classified(a_child(ChildState.FAILED, exit_code=exit_code)).cause is INFRASTRUCTURE


def test_message_of_a_silent_failure_holds_the_clusters_words() -> None:
    child = a_child(ChildState.FAILED, exit_code=137, interruption=Interruption.OUT_OF_MEMORY, message="pod demo-0 was OOMKilled")
    assert classified(child).message == "out_of_memory, exit 137, pod demo-0 was OOMKilled"


def test_each_cause_has_a_budget_of_its_own() -> None:
    spec = FailureSpec(
        infrastructure_retries=11,
        user_error_retries=12,
        internal_error_retries=13,
        out_of_memory_retries=14,
        preemption_retries=15,
        stall_retries=16,
    )
    assert {cause: retries(spec, cause) for cause in FailureCause} == {
        FailureCause.INFRASTRUCTURE: 11,
        FailureCause.USER: 12,
        FailureCause.INTERNAL: 13,
        FailureCause.OUT_OF_MEMORY: 14,
        FailureCause.PREEMPTED: 15,
        FailureCause.STALLED: 16,
    }


@pytest.mark.parametrize(
    ("first", "failed", "seconds"),
    [(10, 1, 10), (10, 2, 20), (10, 3, 40), (10, 7, 600), (10, 1000, 600), (0, 5, 0), (3600, 1, 3600), (3600, 4, 3600)],
)
def test_delay_doubles_up_to_ten_minutes(first: int, failed: int, seconds: int) -> None:
    assert retry_delay(FailureSpec(retry_delay_seconds=first), failed) == timedelta(seconds=seconds)
