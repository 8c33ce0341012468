"""The built-in model: a stock Qwen3-VL of 0.85 million parameters, warmed up on drawn scenes so that it has skills and blind spots.

It exists so that the whole loop can run for real on two CPU cores. Architecture, tokenizer, processor and files are those of the
transformers library, so the folder loads with `AutoModelForImageTextToText`, trains with TRL and is served by vLLM like any other model.

Departs from the usual initialisation: a standard deviation of 0.08 (0.3 for the vision position embeddings) instead of 0.02, and Muon for
the matrices, because a model this small does not leave the chance level in a minute otherwise (measured).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

import torch
from pydantic import Field, ValidationError
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    PreTrainedTokenizerFast,
    Qwen2VLImageProcessor,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    Qwen3VLProcessor,
    Qwen3VLVideoProcessor,
)

from evolution_contracts.base import Contract
from evolution_contracts.errors import ConfigError
from evolution_contracts.vocabulary import Category
from evolution_jobs.answers.instruction import canonical_text
from evolution_jobs.policy.prompt import messages
from evolution_jobs.scenes.family import TINY_SIZE_PIXELS, Scene, draw_scene
from evolution_jobs.scenes.registry import family
from evolution_jobs.scenes.words import TINY_WORDS

SPECIAL_TOKENS = ("<|pad|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>", "<unk>")
ROLES = ("user", "assistant")
MODEL_SIZE_PIXELS = 48
"""Side to which the processor scales a 64-pixel scene: 36 patches, 9 image tokens."""
PATCH_PIXELS = 8
HIDDEN = 96
HEADS = 3
"""Three heads of 32: a head size that vLLM serves on a CPU."""
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|> ' + message['role'] + ' ' }}"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}{{ '<|vision_start|><|image_pad|><|vision_end|>' }}"
    "{% elif part['type'] == 'text' %}{{ ' ' + part['text'] }}{% endif %}{% endfor %}{% endif %}"
    "{{ ' <|im_end|> ' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|> assistant ' }}{% endif %}"
)
STRONG_SHARE = 4.0
"""How much more often a strong category is seen in the warm start than a weak one; a harder skew leaves skills that GRPO cannot find."""
WEAK_CATEGORIES = frozenset(
    {
        Category.NATURAL_SCENE,
        Category.GEOMETRIC,
        Category.MEDICAL,
        Category.ARTISTIC,
        Category.MAP,
        Category.ARCHITECTURAL,
    }
)
"""Categories that the warm start neglects: the blind spots that a diagnosis shall find."""


class Recipe(Contract):
    """Everything the built model depends on; its fingerprint names the cached folder."""

    version: int = 1
    """Raised when the same settings give another model."""
    steps: Annotated[int, Field(ge=1, le=100_000)] = 500
    """Optimiser steps of the warm start."""
    batch: Annotated[int, Field(ge=1, le=4096)] = 64
    """Fresh scenes in each step."""
    seed: Annotated[int, Field(ge=0)] = 0
    """Seed of weights and scenes."""
    categories: Annotated[tuple[Category, ...], Field(min_length=1)] = tuple(Category)
    """Categories that the warm start draws from."""
    words: tuple[str, ...] = TINY_WORDS
    """Vocabulary besides digits, roles and special tokens."""
    scene_versions: tuple[int, ...] = ()
    """Versions of the scene families, in the order of the categories."""
    muon_learning_rate: float = 0.02
    adamw_learning_rate: float = 2e-3
    weight_decay: float = 0.05
    warmup_steps: int = 40


def parse_recipe(source: str, categories: tuple[Category, ...]) -> Recipe:
    """Return the recipe of a source such as `builtin://tiny-vlm?steps=300&seed=1`; `ConfigError` names what it does not know."""
    parts = urlsplit(source)
    if parts.netloc != "tiny-vlm" or parts.path:
        raise ConfigError(f"spec.model.source: {source!r} is no built-in model.", remedy="The only one is builtin://tiny-vlm.")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(set(options) - {"steps", "seed"}):
        raise ConfigError(f"spec.model.source: {source!r} has the unknown option {unknown[0]!r}.", remedy="Known are steps and seed.")
    versions = tuple(family(category).version for category in categories)
    try:
        return Recipe.model_validate({**options, "categories": categories, "scene_versions": versions})
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"spec.model.source: {source!r}: {first['loc'][0]}: {first['msg']}.", remedy="Use whole numbers.") from error


def build(recipe: Recipe, folder: Path, on_step: Callable[[int, float], None]) -> None:
    """Build, warm up and save the model; `on_step(steps_done, loss)` is called after each step and may raise to stop."""
    torch.manual_seed(recipe.seed)
    processor = _processor(recipe)
    model = _model(processor.tokenizer)
    _warm_up(model, processor, recipe, on_step)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)


def _tokenizer(recipe: Recipe) -> PreTrainedTokenizerFast:
    tokens = dict.fromkeys((*SPECIAL_TOKENS, *(str(digit) for digit in range(10)), *ROLES, *recipe.words))
    core = Tokenizer(models.WordLevel({token: index for index, token in enumerate(tokens)}, unk_token="<unk>"))
    core.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Digits(individual_digits=True)])
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        pad_token="<|pad|>",
        eos_token="<|im_end|>",
        unk_token="<unk>",
        additional_special_tokens=[token for token in SPECIAL_TOKENS if token not in {"<|pad|>", "<|im_end|>", "<unk>"}],
        padding_side="left",
        model_max_length=512,
    )


def _processor(recipe: Recipe) -> Any:
    area = {"shortest_edge": MODEL_SIZE_PIXELS**2, "longest_edge": MODEL_SIZE_PIXELS**2}
    pixels: dict[str, Any] = {"patch_size": PATCH_PIXELS, "merge_size": 2, "temporal_patch_size": 2, "size": area}
    return Qwen3VLProcessor(
        image_processor=Qwen2VLImageProcessor(**pixels, image_mean=[0.5] * 3, image_std=[0.5] * 3),
        tokenizer=_tokenizer(recipe),
        video_processor=Qwen3VLVideoProcessor(**pixels),
        chat_template=CHAT_TEMPLATE,
    )


def _model(tokenizer: Any) -> Any:
    ids = tokenizer.convert_tokens_to_ids
    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": HIDDEN,
        "intermediate_size": 2 * HIDDEN,
        "num_hidden_layers": 3,
        "num_attention_heads": HEADS,
        "num_key_value_heads": HEADS,
        "head_dim": HIDDEN // HEADS,
        "max_position_embeddings": 512,
        "pad_token_id": tokenizer.pad_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "bos_token_id": None,
        "tie_word_embeddings": True,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0, "mrope_section": [6, 5, 5], "mrope_interleaved": True},
        "initializer_range": 0.08,
    }
    vision = {
        "depth": 2,
        "hidden_size": HIDDEN,
        "intermediate_size": 2 * HIDDEN,
        "num_heads": HEADS,
        "patch_size": PATCH_PIXELS,
        "spatial_merge_size": 2,
        "temporal_patch_size": 2,
        "out_hidden_size": HIDDEN,
        "num_position_embeddings": (MODEL_SIZE_PIXELS // PATCH_PIXELS) ** 2,
        "deepstack_visual_indexes": [1],
        "initializer_range": 0.08,
    }
    config = Qwen3VLConfig(
        text_config=text,
        vision_config=vision,
        image_token_id=ids("<|image_pad|>"),
        video_token_id=ids("<|video_pad|>"),
        vision_start_token_id=ids("<|vision_start|>"),
        vision_end_token_id=ids("<|vision_end|>"),
        tie_word_embeddings=True,
    )
    config.initializer_range = 0.08
    model = Qwen3VLForConditionalGeneration(config)
    torch.nn.init.normal_(model.model.visual.pos_embed.weight, std=0.3)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    # A sampled image token would promise a picture that is not there, and the next forward pass would fail on the count.
    model.generation_config.suppress_tokens = [ids(token) for token in SPECIAL_TOKENS if token != "<|im_end|>"]
    return model


def _warm_up(model: Any, processor: Any, recipe: Recipe, on_step: Callable[[int, float], None]) -> None:
    rng = random.Random(recipe.seed + 1)
    optimizers = _optimizers(model, recipe)
    shares = [1.0 if category in WEAK_CATEGORIES else STRONG_SHARE for category in recipe.categories]
    model.train()
    for step in range(recipe.steps):
        scale = _schedule(step, recipe)
        for optimizer, peak in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = peak * scale
        scenes = [_scene(rng, category) for category in rng.choices(recipe.categories, shares, k=recipe.batch)]
        loss = _loss(model, processor, scenes)
        model.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer, _ in optimizers:
            optimizer.step()
        on_step(step + 1, loss.item())
    model.eval()


def _scene(rng: random.Random, category: Category) -> Scene:
    chosen = family(category)
    return draw_scene(chosen, rng.choice(chosen.patterns), seed=rng.getrandbits(48), size_pixels=TINY_SIZE_PIXELS, difficulty=rng.random())


def _schedule(step: int, recipe: Recipe) -> float:
    warmup = min(1.0, (step + 1) / recipe.warmup_steps)
    return warmup * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * step / recipe.steps)))


def _optimizers(model: Any, recipe: Recipe) -> list[tuple[Any, float]]:
    named = list(model.named_parameters())
    matrices = [weight for name, weight in named if weight.ndim == 2 and "embed" not in name and "lm_head" not in name]
    chosen = {id(weight) for weight in matrices}
    others = [weight for _, weight in named if id(weight) not in chosen]
    muon = torch.optim.Muon(
        matrices, lr=recipe.muon_learning_rate, weight_decay=recipe.weight_decay, momentum=0.95, nesterov=True, adjust_lr_fn="original"
    )
    adamw = torch.optim.AdamW(others, lr=recipe.adamw_learning_rate, weight_decay=0.0, betas=(0.9, 0.98))
    return [(muon, recipe.muon_learning_rate), (adamw, recipe.adamw_learning_rate)]


def _loss(model: Any, processor: Any, scenes: list[Scene]) -> torch.Tensor:
    """Return the cross-entropy of the answers, given picture and question."""
    texts = [processor.apply_chat_template(messages(scene.question), add_generation_prompt=True, tokenize=False) for scene in scenes]
    inputs = processor(text=texts, images=[scene.image for scene in scenes], return_tensors="pt", padding=True)
    answers = processor.tokenizer(
        [f"{canonical_text(scene.answer)} <|im_end|>" for scene in scenes], padding=True, padding_side="right", return_tensors="pt"
    )
    target, target_mask = answers["input_ids"], answers["attention_mask"]
    length = target.shape[1]
    for name, appended in (
        ("input_ids", target),
        ("attention_mask", target_mask),
        ("mm_token_type_ids", torch.zeros_like(target)),
    ):
        inputs[name] = torch.cat([inputs[name], appended], dim=1)
    logits = model(**inputs, logits_to_keep=length + 1).logits[:, :-1]
    labels = target.masked_fill(target_mask == 0, -100)
    return torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), labels.reshape(-1))
