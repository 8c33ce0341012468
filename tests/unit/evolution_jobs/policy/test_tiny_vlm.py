"""The built-in model is a stock model: same recipe, same weights; its words are the scenes' words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evolution_contracts.errors import ConfigError
from evolution_contracts.vocabulary import Category
from evolution_jobs.policy.tiny_vlm import HEADS, HIDDEN, Recipe, build, parse_recipe
from evolution_jobs.policy.transformers_engine import load_model
from evolution_jobs.scenes.words import TINY_WORDS
from support.tiny import weights_digest_equal

VLLM_CPU_HEAD_SIZES = {32, 64, 80, 96, 112, 128, 160, 192, 224, 256, 512}
CATEGORIES = (Category.CHART_GRAPH,)


def test_same_recipe_builds_the_same_weights_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("first", 1), ("second", 1), ("third", 2)):
        build(Recipe(steps=2, batch=8, seed=seed, categories=CATEGORIES), tmp_path / name, lambda _step, _loss: None)
    assert weights_digest_equal(tmp_path / "first", tmp_path / "second")
    assert not weights_digest_equal(tmp_path / "first", tmp_path / "third")


def test_folder_is_a_stock_qwen3_vl_with_a_head_size_that_vllm_serves(tiny_model: Path) -> None:
    config = json.loads((tiny_model / "config.json").read_text())
    assert config["model_type"] == "qwen3_vl"
    assert config["text_config"]["head_dim"] == HIDDEN // HEADS
    assert config["text_config"]["head_dim"] in VLLM_CPU_HEAD_SIZES
    _, model = load_model(tiny_model, precision="float32")
    assert type(model).__name__ == "Qwen3VLForConditionalGeneration"
    assert 0.8e6 < sum(weight.numel() for weight in model.parameters()) < 1e6


def test_every_word_of_the_scenes_is_one_known_token(tiny_model: Path) -> None:
    processor, _ = load_model(tiny_model, precision="float32")
    unknown = processor.tokenizer.unk_token_id
    for word in TINY_WORDS:
        ids = processor.tokenizer(word, add_special_tokens=False).input_ids
        assert len(ids) == 1, word
        assert ids[0] != unknown, word
    assert len(processor.tokenizer("37", add_special_tokens=False).input_ids) == 2


def test_template_uses_only_known_words(tiny_model: Path) -> None:
    processor, _ = load_model(tiny_model, precision="float32")
    text = processor.apply_chat_template([{"role": "user", "content": [{"type": "image"}]}], add_generation_prompt=True, tokenize=False)
    assert processor.tokenizer.unk_token_id not in processor.tokenizer(text).input_ids


def test_source_selects_the_recipe_and_its_fingerprint() -> None:
    recipe = parse_recipe("builtin://tiny-vlm?steps=7&seed=3", CATEGORIES)
    assert (recipe.steps, recipe.seed, recipe.categories) == (7, 3, CATEGORIES)
    assert recipe.fingerprint() != parse_recipe("builtin://tiny-vlm?steps=8&seed=3", CATEGORIES).fingerprint()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("builtin://large-vlm", "no built-in model"),
        ("builtin://tiny-vlm?layers=3", "unknown option 'layers'"),
        ("builtin://tiny-vlm?steps=many", "steps"),
        ("builtin://tiny-vlm?steps=0", "steps"),
    ],
)
def test_source_that_makes_no_sense_is_refused(source: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parse_recipe(source, CATEGORIES)
