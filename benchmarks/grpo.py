"""GRPO prompts per second of the train stage, against a bare TRL script on the same model, data and settings.

Both run in turn in one process, several rounds each, so that the machine's drift meets both. `python -m benchmarks.grpo [--json FILE]`.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import datasets
from transformers import AutoModelForImageTextToText, AutoProcessor, PrinterCallback
from trl import GRPOConfig, GRPOTrainer

from evolution_contracts.spec.model import AnswerFormat, PromptSpec
from evolution_contracts.spec.train import GrpoSpec, TrainSpec
from evolution_contracts.vocabulary import Category
from evolution_jobs.answers.instruction import canonical_text
from evolution_jobs.policy.tiny_vlm import Recipe, build
from evolution_jobs.runtime.datasets import Row, write_dataset
from evolution_jobs.scenes.family import draw_scene
from evolution_jobs.scenes.registry import family
from evolution_jobs.scenes.rows import scene_row
from evolution_jobs.train.batches import plan_batches
from evolution_jobs.train.trainer import Hooks
from evolution_jobs.train.worker import Training, train

ROUNDS = 3
PROMPTS = 128


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    options = parser.parse_args()
    figures = measure()
    for name, value in figures.items():
        print(f"{name:28} {value:10.3f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0


def measure() -> dict[str, float]:
    """Return prompts per second of both, and the median of the ratios round by round."""
    with tempfile.TemporaryDirectory() as name:
        world = _World(Path(name))
        ours, bare = [], []
        world.run_stage()  # warms up imports and caches
        for _ in range(ROUNDS):
            ours.append(PROMPTS / world.run_stage())
            bare.append(PROMPTS / world.run_bare())
    return {
        "grpo_prompts_per_second": statistics.median(ours),
        "bare_trl_prompts_per_second": statistics.median(bare),
        "grpo_ratio": statistics.median(one / other for one, other in zip(ours, bare, strict=True)),
    }


class _World:
    """A model, a training set, and two ways to train on them."""

    def __init__(self, folder: Path) -> None:

        self._folder = folder
        self._runs = 0
        self._model = folder / "model"
        build(Recipe(steps=60, warmup_steps=10, categories=(Category.CHART_GRAPH,)), self._model, lambda _step, _loss: None)
        self._rows = _drawn(PROMPTS)
        self._training_set = folder / "training_set.parquet"
        write_dataset(self._training_set, self._rows)
        grpo = GrpoSpec(
            prompts_per_step=64, updates_per_step=1, inner_epochs=2, learning_rate=1e-4, kl_coefficient=0.02, top_p=1.0, max_steps=2
        )
        self._spec = TrainSpec(grpo=grpo, micro_batch_size=512, checkpoint_every_steps=100, precision="float32")
        self._prompt = PromptSpec(answer_format=AnswerFormat.PLAIN, max_answer_tokens=3)
        self._plan = plan_batches(PROMPTS, grpo, processes=1, micro_batch_size=512)

    def _place(self) -> Path:
        self._runs += 1
        place = self._folder / f"run{self._runs}"
        place.mkdir()
        return place

    def run_stage(self) -> float:
        """Return the seconds of the stage's own training."""
        place = self._place()
        training = Training(
            spec=self._spec,
            prompt=self._prompt,
            plan=self._plan,
            seed=1,
            model=self._model,
            training_set=self._training_set,
            checkpoints=place / "checkpoints",
            result=place / "model",
            resume=None,
        )
        hooks = Hooks(on_update=lambda *_: None, on_checkpoint=lambda *_: None, is_stop_requested=lambda: False)
        began = time.perf_counter()
        train(training, hooks)
        return time.perf_counter() - began

    def run_bare(self) -> float:
        """Return the seconds of a TRL script as its documentation would have it."""
        began = time.perf_counter()
        rows = [
            {
                "prompt": [{"role": "user", "content": row.sample.question}],
                "image": row.picture(),
                "solution": canonical_text(row.sample.answer),
            }
            for row in self._rows
        ]

        def exact(completions: list[Any], solution: list[str], **_columns: Any) -> list[float]:
            return [float(each[0]["content"].replace(" ", "") == right) for each, right in zip(completions, solution, strict=True)]

        place = self._place()
        model = AutoModelForImageTextToText.from_pretrained(self._model)
        settings = GRPOConfig(
            output_dir=str(place),
            use_cpu=True,
            bf16=False,
            max_steps=self._plan.updates,
            per_device_train_batch_size=512,
            steps_per_generation=1,
            num_generations=8,
            num_iterations=2,
            max_completion_length=3,
            generation_kwargs={"suppress_tokens": list(model.generation_config.suppress_tokens)},
            learning_rate=1e-4,
            beta=0.02,
            loss_type="grpo",
            activation_checkpointing=False,
            logging_steps=1,
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
        )
        trainer = GRPOTrainer(
            model=model,
            processing_class=AutoProcessor.from_pretrained(self._model, padding_side="left"),
            reward_funcs=exact,
            args=settings,
            train_dataset=datasets.Dataset.from_list(rows),
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
        trainer.save_model(str(place / "model"))
        return time.perf_counter() - began


def _drawn(count: int) -> list[Row]:
    chart = family(Category.CHART_GRAPH)
    rng = random.Random(1)
    scenes = [draw_scene(chart, rng.choice(chart.patterns), seed=rng.getrandbits(40), size_pixels=64, difficulty=0.5) for _ in range(count)]
    return [scene_row(scene, difficulty=0.5, license=chart.license) for scene in scenes]


if __name__ == "__main__":
    raise SystemExit(main())
