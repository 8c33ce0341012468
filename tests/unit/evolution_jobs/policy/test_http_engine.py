"""The HTTP engine against a real server on this machine: what it sends, what it retries, what it gives up on."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from evolution_contracts.errors import ConfigError, EvolutionError, ModelServiceError
from evolution_contracts.spec.serving import Engine, Sampling, ServingSpec
from evolution_jobs.policy.http_engine import MAX_TRIES, HttpPolicy
from evolution_jobs.policy.policy import Prompt
from support.openai_server import Answer, OpenAiServer, Request, openai_server


def _picture(format_: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, format_)
    return buffer.getvalue()


def _prompts(count: int, image: bytes | None = None) -> list[Prompt]:
    return [Prompt(key=str(number), text=f"question {number}", image=image or _picture("PNG")) for number in range(count)]


def _policy(server: OpenAiServer) -> HttpPolicy:
    serving = ServingSpec(engine=Engine.HTTP, url=server.url, batch_size=4, request_timeout_seconds=5)
    return HttpPolicy(serving, max_answer_tokens=7, first_wait_seconds=0.001)


def _failing(times: int, status: int) -> Callable[[Request], Answer]:
    left = iter([status] * times)

    def script(request: Request) -> Answer:
        return Answer(contents=("fine",) * request["n"], status=next(left, 200))

    return script


def test_request_carries_picture_text_sampling_and_a_seed_of_its_own() -> None:
    with openai_server(lambda request: Answer(contents=("a", "b"))) as server, _policy(server) as policy:
        completions = policy.complete(_prompts(2, _picture("JPEG")), n=2, sampling=Sampling(temperature=0.5, top_p=0.9, top_k=3), seed=1)
        policy.complete(_prompts(1), n=2, sampling=Sampling(), seed=1)
    assert [[completion.text for completion in each] for each in completions] == [["a", "b"], ["a", "b"]]
    by_text: dict[str, list[Request]] = {}
    for request in server.requests:
        by_text.setdefault(request["messages"][0]["content"][1]["text"], []).append(request)
    first, again = by_text["question 0"]
    content = first["messages"][0]["content"]
    assert [part["type"] for part in content] == ["image_url", "text"], "the picture stands before the text"
    assert content[0]["image_url"]["url"].startswith("data:image/jpeg;base64,")
    assert (first["temperature"], first["top_p"], first["top_k"], first["max_completion_tokens"]) == (0.5, 0.9, 3, 7)
    assert first["seed"] != by_text["question 1"][0]["seed"]
    assert again["seed"] == first["seed"], "the same prompt and seed give the same seed to the server"


def test_cut_off_completion_is_told_as_such() -> None:
    with openai_server(lambda request: Answer(contents=("long",), finish_reason="length")) as server, _policy(server) as policy:
        ((completion,),) = policy.complete(_prompts(1), n=1, sampling=Sampling(), seed=1)
    assert completion.is_truncated


@pytest.mark.parametrize("status", [429, 500, 503])
def test_passing_trouble_is_tried_again(status: int) -> None:
    with openai_server(_failing(2, status)) as server, _policy(server) as policy:
        ((completion,),) = policy.complete(_prompts(1), n=1, sampling=Sampling(), seed=1)
    assert completion.text == "fine"
    assert len(server.requests) == 3


def test_lasting_trouble_is_an_error_that_may_be_tried_again_later() -> None:
    with openai_server(_failing(100, 500)) as server, _policy(server) as policy, pytest.raises(ModelServiceError, match="did not answer"):
        policy.complete(_prompts(1), n=1, sampling=Sampling(), seed=1)
    assert len(server.requests) == MAX_TRIES


def test_prompt_that_the_server_refuses_is_lost_alone() -> None:
    def script(request: Request) -> Answer:
        text = request["messages"][0]["content"][1]["text"]
        return Answer(contents=("fine",), status=400 if text == "question 1" else 200)

    with openai_server(script) as server, _policy(server) as policy:
        completions = policy.complete(_prompts(3), n=1, sampling=Sampling(), seed=1)
    assert [each[0].text for each in completions] == ["fine", "", "fine"]
    assert "refused" in completions[1][0].error


@pytest.mark.parametrize("status", [401, 403, 404])
def test_wrong_key_or_address_is_a_configuration_error(status: int) -> None:
    with openai_server(_failing(100, status)) as server, _policy(server) as policy, pytest.raises(ConfigError, match=r"serving\.url"):
        policy.complete(_prompts(1), n=1, sampling=Sampling(), seed=1)
    assert len(server.requests) == 1


@pytest.fixture
def closed_port() -> str:
    with openai_server(lambda request: Answer()) as server:
        return server.url


def test_server_that_is_not_there_is_an_unavailable_service(closed_port: str) -> None:
    serving = ServingSpec(engine=Engine.HTTP, url=closed_port, request_timeout_seconds=1)
    with pytest.raises(EvolutionError, match="did not answer"), HttpPolicy(serving, max_answer_tokens=3, first_wait_seconds=0.001):
        pass


def test_engine_without_an_address_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"serving\.url: missing"):
        HttpPolicy(ServingSpec(engine=Engine.HTTP), max_answer_tokens=3)
