"""Prompts, groups, updates and processes always divide evenly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evolution_contracts.errors import ConfigError
from evolution_contracts.spec.train import GrpoSpec
from evolution_jobs.train.batches import plan_batches


def test_parity_settings_give_four_updates_of_a_thousand_completions() -> None:
    plan = plan_batches(1024, GrpoSpec(max_steps=10), processes=8, micro_batch_size=8)
    assert (plan.prompts_per_step, plan.rollout_batches, plan.updates_per_rollout, plan.updates) == (512, 10, 4, 40)
    assert plan.micro_batch * plan.accumulation * 8 == 1024


def test_epochs_decide_the_number_of_batches_where_no_steps_are_set() -> None:
    grpo = GrpoSpec(prompts_per_step=64, updates_per_step=1, epochs=1.5)
    assert plan_batches(256, grpo, processes=1, micro_batch_size=512).rollout_batches == 6


def test_small_training_set_shrinks_the_batch_instead_of_training_on_nothing() -> None:
    plan = plan_batches(37, GrpoSpec(prompts_per_step=64, updates_per_step=1), processes=1, micro_batch_size=512)
    assert (plan.prompts_per_step, plan.rollout_batches) == (37, 1)


def test_training_set_too_small_for_one_update_on_each_process_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"1 training samples do not fill one batch of 2 prompts .* widen the filter's band"):
        plan_batches(1, GrpoSpec(group_size=8, prompts_per_step=512, updates_per_step=4), processes=4, micro_batch_size=8)


@given(
    rows=st.integers(1, 5000),
    group=st.integers(2, 16),
    prompts=st.integers(1, 64),
    updates=st.integers(1, 8),
    processes=st.integers(1, 8),
    micro=st.integers(1, 600),
)
def test_every_plan_divides_evenly(rows: int, group: int, prompts: int, updates: int, processes: int, micro: int) -> None:
    grpo = GrpoSpec(group_size=group, prompts_per_step=prompts * updates, updates_per_step=updates)
    try:
        plan = plan_batches(rows, grpo, processes=processes, micro_batch_size=micro)
    except ConfigError:
        return
    completions = plan.prompts_per_step * group
    assert plan.prompts_per_step <= min(rows, prompts * updates)
    assert plan.micro_batch <= micro
    assert plan.micro_batch * processes * plan.micro_batches_per_rollout == completions
    assert plan.micro_batch * processes * plan.accumulation * updates == completions
