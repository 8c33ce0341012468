import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evolution_contracts.spec.mixture import MixturePolicy, MixtureSpec
from evolution_contracts.vocabulary import Arm, Category
from evolution_operator.core.mixture import Evidence, mixture, posterior_mean, step_weight
from support.stage_results import a_diagnosis
from support.steady import STEADY

WEAK, MIDDLE, STRONG = Category.MAP, Category.DIAGRAM, Category.ARTISTIC
THREE = (WEAK, MIDDLE, STRONG)
PURE = {"floor_share": 0.0, "cap_share": 1.0}


def evidence(counts: dict[Category, tuple[int, int]] | None = None, **fields: Any) -> Evidence:
    """Evidence of three categories; with n = 98 the posterior mean is (correct + 1) / 100."""
    counts = counts or {WEAK: (19, 98), MIDDLE: (49, 98), STRONG: (89, 98)}
    diagnosis = {category: a_diagnosis(correct, n) for category, (correct, n) in counts.items()}
    return Evidence(**{"categories": THREE, "diagnosis": diagnosis, **fields})


def shares(
    found: Evidence | None = None, arm: Arm = Arm.DIAGNOSTIC, *, seed: int = 42, iteration: int = 1, **spec: Any
) -> dict[Category, float]:
    return mixture(MixtureSpec(**{**PURE, **spec}), arm, found or evidence(), seed=seed, iteration=iteration)


@pytest.mark.parametrize(
    ("accuracy", "weight"),
    [
        (0.0, 2.0),
        (0.6999, 2.0),
        (0.70, 1.5),
        (0.7499, 1.5),
        (0.75, 1.0),
        (0.8499, 1.0),
        (0.85, 0.8),
        (0.8999, 0.8),
        (0.90, 0.5),
        (1.0, 0.5),
    ],
)
def test_step_weights_are_the_reference_table(accuracy: float, weight: float) -> None:
    assert step_weight(accuracy) == weight


def test_step_policy_worked_out_by_hand() -> None:
    """Accuracies 0.20, 0.80, 0.90 weigh 2, 1 and 0.5, which sum to 3.5."""
    found = evidence({WEAK: (19, 98), MIDDLE: (79, 98), STRONG: (89, 98)})
    assert shares(found, policy="Step") == pytest.approx({WEAK: 2 / 3.5, MIDDLE: 1 / 3.5, STRONG: 0.5 / 3.5})


def test_gap_policy_worked_out_by_hand() -> None:
    """Gaps 0.8, 0.5 and 0.1 sum to 1.4; squared they are 0.64, 0.25, 0.01 and sum to 0.9."""
    assert shares(policy="Gap") == pytest.approx({WEAK: 0.8 / 1.4, MIDDLE: 0.5 / 1.4, STRONG: 0.1 / 1.4})
    assert shares(policy="Gap", gamma=2) == pytest.approx({WEAK: 0.64 / 0.9, MIDDLE: 0.25 / 0.9, STRONG: 0.01 / 0.9})


def test_softmax_policy_worked_out_by_hand() -> None:
    raw = [math.exp(0.8 / 0.2), math.exp(0.5 / 0.2), math.exp(0.1 / 0.2)]
    assert list(shares(policy="Softmax", temperature=0.2).values()) == pytest.approx([weight / sum(raw) for weight in raw])


def test_softmax_at_a_tiny_temperature_gives_all_to_the_weakest() -> None:
    assert shares(policy="Softmax", temperature=1e-4) == pytest.approx({WEAK: 1.0, MIDDLE: 0.0, STRONG: 0.0})


def test_learning_progress_follows_change_in_either_direction() -> None:
    found = evidence(previous_accuracies={WEAK: 0.3, MIDDLE: 0.2, STRONG: 0.9})
    assert shares(found, policy="LearningProgress") == pytest.approx({WEAK: 0.25, MIDDLE: 0.75, STRONG: 0.0}, abs=1e-9)


def test_learning_progress_is_even_before_anything_moved() -> None:
    assert shares(policy="LearningProgress") == pytest.approx(dict.fromkeys(THREE, 1 / 3))


def test_floor_is_spread_evenly_before_the_weights_count() -> None:
    """Floor 0.3 gives each of three 0.1; the other 0.7 follows the gaps."""
    assert shares(floor_share=0.3) == pytest.approx({WEAK: 0.1 + 0.7 * 0.8 / 1.4, MIDDLE: 0.1 + 0.25, STRONG: 0.1 + 0.05})


def test_cap_gives_what_is_cut_to_the_others_in_proportion() -> None:
    """0.5714 is cut to 0.4; the other two share 0.6 as 5 to 1, which lifts the middle one to 0.5 and above the cap in turn."""
    assert shares(cap_share=0.4) == pytest.approx({WEAK: 0.4, MIDDLE: 0.4, STRONG: 0.2})


def test_cap_over_shares_of_nothing_spreads_evenly() -> None:
    found = evidence(previous_accuracies={WEAK: 0.9, MIDDLE: 0.5, STRONG: 0.9})
    assert shares(found, policy="LearningProgress", cap_share=0.5) == pytest.approx({WEAK: 0.5, MIDDLE: 0.25, STRONG: 0.25})


def test_inertia_keeps_a_part_of_the_mixture_before() -> None:
    found = evidence(previous_mixture={WEAK: 0.1, MIDDLE: 0.1, STRONG: 0.8})
    new = shares()
    assert shares(found, inertia=0.25)[STRONG] == pytest.approx(0.25 * 0.8 + 0.75 * new[STRONG])


def test_category_without_any_judged_answer_counts_as_half_known() -> None:
    found = evidence({WEAK: (19, 98), STRONG: (89, 98)})
    assert found.accuracies()[MIDDLE] == 0.5
    assert shares(found) == pytest.approx(shares())


def test_uniform_arm_ignores_the_diagnosis() -> None:
    assert shares(arm=Arm.UNIFORM) == pytest.approx(dict.fromkeys(THREE, 1 / 3))


def test_natural_arm_follows_the_seeds() -> None:
    found = evidence(natural={WEAK: 10, MIDDLE: 30, STRONG: 60})
    assert shares(found, Arm.NATURAL, floor_share=0.25) == pytest.approx({WEAK: 0.1, MIDDLE: 0.3, STRONG: 0.6})


def test_natural_arm_without_seeds_is_even() -> None:
    assert shares(arm=Arm.NATURAL) == pytest.approx(dict.fromkeys(THREE, 1 / 3))


def test_inverse_arm_gives_the_strongest_what_the_weakest_would_get() -> None:
    plain, inverse = shares(), shares(arm=Arm.INVERSE)
    assert inverse == {WEAK: plain[STRONG], MIDDLE: plain[MIDDLE], STRONG: plain[WEAK]}


def test_shuffled_arm_hands_out_the_same_shares_by_seed() -> None:
    counts = {category: (8 * place, 98) for place, category in enumerate(Category)}
    found = evidence(counts, categories=tuple(Category))
    plain, one, again, other = (
        shares(found),
        shares(found, Arm.SHUFFLED, seed=1),
        shares(found, Arm.SHUFFLED, seed=1),
        shares(found, Arm.SHUFFLED, seed=2),
    )
    assert sorted(one.values()) == pytest.approx(sorted(plain.values()))
    assert one == again
    assert one != other
    assert one != plain
    assert list(one) == list(plain)


def test_stale_arm_is_diagnostic_once_and_frozen_afterwards() -> None:
    first = shares(arm=Arm.STALE)
    assert first == shares()
    later = evidence({WEAK: (95, 98), MIDDLE: (5, 98), STRONG: (50, 98)}, first_mixture=first, previous_mixture=first)
    assert shares(later, Arm.STALE, iteration=3, inertia=0.5) == first


counts = st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
specs = st.builds(
    MixtureSpec,
    policy=st.sampled_from(MixturePolicy),
    gamma=st.floats(0.1, 10),
    temperature=st.floats(0.01, 10),
    floor_share=st.floats(0, 1),
    cap_share=st.floats(1 / 3, 1),
    inertia=st.floats(0, 0.99),
)


@STEADY
@given(specs, st.sampled_from(Arm), st.lists(counts, min_size=3, max_size=3), st.lists(counts, min_size=3, max_size=3))
def test_shares_sum_to_one_and_respect_floor_and_cap(spec: Any, arm: Arm, before: Any, after: Any) -> None:
    first = evidence(dict(zip(THREE, before, strict=True)), natural={WEAK: 3, MIDDLE: 2, STRONG: 1})
    old = mixture(spec, arm, first, seed=1, iteration=1)
    second = evidence(
        dict(zip(THREE, after, strict=True)),
        natural=first.natural,
        previous_accuracies=first.accuracies(),
        previous_mixture=old,
        first_mixture=old,
    )
    for found in (old, mixture(spec, arm, second, seed=1, iteration=2)):
        assert math.fsum(found.values()) == pytest.approx(1, abs=1e-9)
        assert all(0 <= share <= 1 for share in found.values())
        if arm not in (Arm.UNIFORM, Arm.NATURAL):
            assert max(found.values()) <= spec.cap_share + 1e-9
            assert min(found.values()) >= min(spec.floor_share / 3, spec.cap_share) - 1e-9


@STEADY
@given(specs, st.lists(st.integers(0, 1000), min_size=3, max_size=3))
def test_judge_outages_never_move_the_mixture(spec: Any, abstained: list[int]) -> None:
    found = evidence()
    outage = {category: found.diagnosis[category].evolve(abstained=count) for category, count in zip(THREE, abstained, strict=True)}
    assert shares_of(spec, found) == shares_of(spec, replace(found, diagnosis=outage))


def shares_of(spec: MixtureSpec, found: Evidence) -> dict[Category, float]:
    return mixture(spec, Arm.DIAGNOSTIC, found, seed=1, iteration=1)


def test_few_answers_move_the_accuracy_less_than_many() -> None:
    assert posterior_mean(None) == 0.5
    assert posterior_mean(a_diagnosis(0, 1)) == pytest.approx(1 / 3)
    assert posterior_mean(a_diagnosis(0, 98)) == pytest.approx(0.01)
