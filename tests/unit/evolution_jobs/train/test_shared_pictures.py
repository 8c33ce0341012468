"""Sharing pictures changes the cost of a batch and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from evolution_jobs.policy.prompt import messages
from evolution_jobs.policy.transformers_engine import load_model
from evolution_jobs.train.shared_pictures import share_pictures
from support.tiny import drawn_rows

COPIES = [0, 1, 0, 2, 1, 0]


def _batch(processor: Any) -> Any:
    rows = [drawn_rows(3)[index] for index in COPIES]
    texts = [processor.apply_chat_template(messages(row.sample.question), add_generation_prompt=True, tokenize=False) for row in rows]
    return processor(text=texts, images=[row.picture() for row in rows], return_tensors="pt", padding=True)


def _logits_and_gradients(model: Any, batch: Any) -> tuple[torch.Tensor, list[torch.Tensor]]:
    model.zero_grad()
    logits = model(**batch).logits[:, -1]
    (logits**2).mean().backward()
    return logits.detach(), [weight.grad.clone() for weight in model.parameters()]


def test_logits_and_gradients_are_those_of_the_unshared_model(tiny_model: Path) -> None:
    processor, plain = load_model(tiny_model, precision="float32")
    _, shared = load_model(tiny_model, precision="float32")
    assert share_pictures(shared)
    batch = _batch(processor)
    logits, gradients = _logits_and_gradients(plain, batch)
    shared_logits, shared_gradients = _logits_and_gradients(shared, batch)
    torch.testing.assert_close(shared_logits, logits, rtol=1e-5, atol=1e-5)
    for ours, theirs in zip(shared_gradients, gradients, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-6)


def test_vision_tower_sees_each_picture_once(tiny_model: Path) -> None:
    processor, model = load_model(tiny_model, precision="float32")
    share_pictures(model)
    seen: list[int] = []
    model.model.visual.register_forward_pre_hook(lambda _module, _args, options: seen.append(len(options["grid_thw"])), with_kwargs=True)
    model(**_batch(processor))
    assert seen == [3]


def test_pictures_that_differ_in_one_pixel_or_in_order_are_not_shared(tiny_model: Path) -> None:
    processor, model = load_model(tiny_model, precision="float32")
    share_pictures(model)
    seen: list[int] = []
    model.model.visual.register_forward_pre_hook(lambda _module, _args, options: seen.append(len(options["grid_thw"])), with_kwargs=True)
    row = drawn_rows(1)[0]
    changed = row.picture()
    changed.putpixel((30, 30), (1, 2, 3))
    turned = row.picture().transpose(method=0)
    text = processor.apply_chat_template(messages(row.sample.question), add_generation_prompt=True, tokenize=False)
    images = [row.picture(), changed, turned, row.picture()]
    model(**processor(text=[text] * 4, images=images, return_tensors="pt", padding=True))
    assert seen == [3]


def test_model_of_another_kind_is_left_alone() -> None:
    assert not share_pictures(torch.nn.Linear(2, 2))
