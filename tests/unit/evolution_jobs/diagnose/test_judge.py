"""The judge, asked over HTTP; the server is a stand-in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evolution_contracts.answers import TextAnswer
from evolution_contracts.errors import ConfigError
from evolution_contracts.records import Verdict
from evolution_contracts.spec.diagnose import JudgeSpec
from evolution_contracts.vocabulary import ErrorType, Judgement
from evolution_jobs.answers.grade import Grade
from evolution_jobs.diagnose.findings import describe
from evolution_jobs.diagnose.judge import API_KEY_VARIABLE, Case, Judge
from evolution_jobs.policy.asking import Reply
from evolution_jobs.policy.policy import Completion
from support.openai_server import Answer, Request, openai_server
from support.rows import picture, row_of

TEXT_ROW = row_of(picture(), question="What is shown?", answer=TextAnswer(accepted=("a dog",)))
GOOD = {"is_correct": True, "error_type": "other", "explanation": "same meaning"}
BAD = {"is_correct": False, "error_type": "perception", "explanation": "a cat is no dog"}


def judged(answer: Answer, text: str = "one dog") -> Verdict:
    with openai_server(lambda request: answer) as server, Judge(JudgeSpec(url=server.url, model="m"), timeout_seconds=5) as judge:
        (verdict,) = judge.judge_all([Case(sample=TEXT_ROW.sample, text=text)])
        return verdict


def said(opinion: Any) -> Answer:
    return Answer(contents=(opinion if isinstance(opinion, str) else json.dumps(opinion),))


def test_judge_may_accept_a_text() -> None:
    assert judged(said(GOOD)).judgement is Judgement.CORRECT


def test_judge_may_refuse_a_text_and_says_why() -> None:
    verdict = judged(said(BAD))
    assert (verdict.judgement, verdict.error_type) == (Judgement.WRONG, ErrorType.PERCEPTION)
    assert verdict.explanation == "a cat is no dog"


@pytest.mark.parametrize(
    "answer",
    [
        said({**BAD, "is_correct": "false"}),
        said({**GOOD, "is_correct": "true"}),
        said({**GOOD, "is_correct": 1}),
        said({**GOOD, "is_correct": None}),
        said({"is_correct": True}),
        said({**BAD, "error_type": "evaluation_error"}),
        said({**GOOD, "score": 1}),
        said("yes"),
        said(""),
        Answer(contents=(None,)),
        Answer(contents=()),
        Answer(status=400),
    ],
    ids=["'false'", "'true'", "1", "null", "missing", "error type", "unknown field", "no json", "empty", "none", "no choice", "refused"],
)
def test_answer_in_another_form_is_an_abstention(answer: Answer) -> None:
    verdict = judged(answer)
    assert (verdict.judgement, verdict.error_type) == (Judgement.ABSTAIN, None)
    assert "judge did not answer" in verdict.explanation


@pytest.mark.parametrize("status", [401, 403, 404])
def test_wrong_key_or_model_is_a_configuration_error(status: int) -> None:
    with pytest.raises(ConfigError, match=API_KEY_VARIABLE):
        judged(Answer(status=status))


def test_long_opinion_is_cut() -> None:
    assert len(judged(said({**BAD, "explanation": "x" * 3000})).explanation) == 500


def test_request_carries_key_schema_and_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(API_KEY_VARIABLE, "secret")
    with openai_server(lambda request: said(GOOD)) as server, Judge(JudgeSpec(url=server.url, model="m"), timeout_seconds=5) as judge:
        judge.judge_all([Case(sample=TEXT_ROW.sample, text="one dog")])
    (request,) = server.requests
    assert (request["model"], request["temperature"], request["authorization"]) == ("m", 0, "Bearer secret")
    assert request["response_format"]["json_schema"]["strict"] is True
    assert all(text in request["messages"][1]["content"] for text in ("What is shown?", "a dog", "one dog"))


def test_verdicts_come_in_the_order_of_the_cases() -> None:
    def script(request: Request) -> Answer:
        return said(GOOD if "number 3" in request["messages"][1]["content"] else BAD)

    cases = [Case(sample=TEXT_ROW.sample, text=f"number {n}") for n in range(20)]
    with openai_server(script) as server, Judge(JudgeSpec(url=server.url, model="m"), timeout_seconds=5) as judge:
        verdicts = judge.judge_all(cases)
    assert [n for n, verdict in enumerate(verdicts) if verdict.judgement is Judgement.CORRECT] == [3]


def reply(judgement: Judgement, text: str = "one dog", *, is_parsable: bool = True) -> Reply:
    grade = Grade(judgement=judgement, extracted=text if is_parsable else None, is_well_formed=True, is_parsable=is_parsable)
    return Reply(completion=Completion(text=text), grade=grade)


def test_only_texts_that_the_verifier_found_wrong_are_judged(tmp_path: Path) -> None:
    rows = [TEXT_ROW, TEXT_ROW, TEXT_ROW, row_of(picture())]
    replies = [
        [reply(Judgement.WRONG)],
        [reply(Judgement.CORRECT)],
        [reply(Judgement.ABSTAIN, is_parsable=False)],
        [reply(Judgement.WRONG, "4")],
    ]
    with openai_server(lambda request: said(GOOD)) as server, Judge(JudgeSpec(url=server.url, model="m"), timeout_seconds=5) as judge:
        findings = describe(rows, replies, judge)
    assert len(server.requests) == 1
    judgements = [finding.line["verdicts"][0]["judgement"] for finding in findings]
    assert judgements == ["correct", "correct", "wrong", "wrong"]


def test_abstention_of_the_judge_is_asked_again_later() -> None:
    with openai_server(lambda request: said("?")) as server, Judge(JudgeSpec(url=server.url, model="m"), timeout_seconds=5) as judge:
        (finding,) = describe([TEXT_ROW], [[reply(Judgement.WRONG)]], judge)
    assert not finding.is_settled
