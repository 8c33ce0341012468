"""Stands in for a hosted model: a real HTTP server on this machine that speaks the OpenAI protocol and answers by a script."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Request = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server sends back."""

    contents: tuple[str | None, ...] = ()
    """Text of each choice."""
    status: int = 200
    """HTTP status; anything else than 200 sends an error object."""
    finish_reason: str = "stop"


@dataclass(kw_only=True)
class OpenAiServer:
    """A running server, and all it was asked."""

    url: str
    """Base URL, ending in `/v1`."""
    requests: list[Request] = field(default_factory=list)
    """Bodies of the chat requests in order of arrival, each with the `authorization` header."""


@contextmanager
def openai_server(script: Callable[[Request], Answer], *, model: str = "stand-in") -> Iterator[OpenAiServer]:
    """Serve `/v1/models` and `/v1/chat/completions` until the context ends; the script is called from several threads."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send(200, {"object": "list", "data": [{"id": model, "object": "model", "created": 0, "owned_by": "tests"}]})

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found.requests.append({**request, "authorization": self.headers["Authorization"]})
            answer = script(request)
            if answer.status == 200:
                self._send(200, _completion(model, answer))
            else:
                self._send(answer.status, {"error": {"message": f"scripted status {answer.status}", "type": "scripted", "code": None}})

        def _send(self, status: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - overrides the standard library's signature
            """Keep the tests' output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = OpenAiServer(url=f"http://127.0.0.1:{server.server_address[1]}/v1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _completion(model: str, answer: Answer) -> dict[str, Any]:
    choices = [
        {"index": index, "finish_reason": answer.finish_reason, "message": {"role": "assistant", "content": content}}
        for index, content in enumerate(answer.contents)
    ]
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    return {"id": "scripted", "object": "chat.completion", "created": 0, "model": model, "choices": choices, "usage": usage}
