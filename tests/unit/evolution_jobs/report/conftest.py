"""One run that is played once: promoted, rejected, promoted."""

from __future__ import annotations

import pytest

from support.html_page import parse
from support.report_world import Played, ReportWorld, even_skill
from support.stage_world import tiny_spec


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A run of three iterations in two categories, with two generating shards; read it, never play on."""
    world = ReportWorld(root=tmp_path_factory.mktemp("played"), spec=tiny_spec(generate={"samples": 20, "shards": 2}))
    weak, better, best = (even_skill(world, share) for share in (0.35, 0.75, 0.95))
    world.begin(weak)
    world.iterate(1, before=weak, after=better)
    world.iterate(2, before=better, after=weak)
    world.iterate(3, before=better, after=best)
    page = world.page()
    return Played(world, page, parse(page))
