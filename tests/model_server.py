"""The outside world of the bot's endpoints: an OpenAI-compatible server in a process of its own.

The model's name says how it behaves. `python -m tests.model_server` prints its port.
"""

import hashlib
import json
import math
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SAME = {"money": "refund", "cash": "refund", "reimbursed": "refund", "vanished": "parcel", "goods": "parcel"}
LITTLE = {"the", "a", "is", "my", "i", "it", "to", "do", "how", "where", "can", "for", "of", "please", "what", "you"}
ANSWERS = {
    "good": ["[1]", " Refunds take **seven", " days**. See https://help.example", ".com/refunds for more."],
    "whole": ["[1] Refunds take seven days."],
    "refuses": ["NO_", "ANSWER"],
    "ungrounded": ["Refunds take ", "ninety days, trust me."],
    "invents": ["[7] Refunds take ninety days."],
    "empty": [],
    "malicious": [
        "[1] <script>alert(1)</script> [click](javascript:alert(1)) ![x](https://evil.example/p?q=1) ht", "tps://evil.exa",
        "mple/steal see [9]. Seven days.",
    ],
    "endless": ["[1] "] + ["Seven days and "] * 100_000,
    "cut": ["[1] Refunds take ", "seven"],
    "late": ["[1] Refunds take seven days."],
}  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append([self.path, body, self.headers.get("Authorization")])
        model = body["model"]
        if model == "down":
            self.answer(500, b"{}")
        elif model == "redirects":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif model == "slow":
            time.sleep(30)
        elif model == "huge":
            self.pour(b"x" * 2**20, 64)
        elif model == "garbage":
            self.answer(200, b"<html>not json")
        elif self.path.endswith("/embeddings"):
            self.embeddings(body)
        else:
            self.words(model)

    def do_GET(self) -> None:
        """What was asked, for the tests to look at."""
        self.answer(200, json.dumps(self.server.asked).encode())

    def embeddings(self, body: dict) -> None:
        data = [{"index": number, "embedding": vector(text)} for number, text in enumerate(body["input"])]
        if body["model"] == "short":
            data = data[:-1]
        elif body["model"] == "nan":
            data[0]["embedding"][0] = float("nan")
        elif body["model"] == "ragged":
            data[0]["embedding"].append(1.0)
        self.answer(200, json.dumps({"data": data[::-1]}).encode())

    def words(self, model: str) -> None:
        if model == "whole":
            message = {"choices": [{"message": {"role": "assistant", "content": ANSWERS["whole"][0]}}]}
            return self.answer(200, json.dumps(message).encode())
        if model == "late":
            time.sleep(30)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for piece in ANSWERS[model]:
            self.event(json.dumps({"choices": [{"delta": {"content": piece}}]}))
        if model == "cut":
            self.event("{broken")
        else:
            self.event(json.dumps({"choices": []}))
            self.event("[DONE]")
        self.close_connection = True

    def event(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def pour(self, block: bytes, count: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if "chat" in self.path else "application/json")
        self.send_header("Content-Length", str(len(block) * count))
        self.end_headers()
        for _ in range(count):
            self.wfile.write(block)

    def answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


def vector(text: str) -> list[float]:
    """A sum of random directions, one a word; words that mean the same share theirs."""
    total = [0.05] * 64
    for word in re.findall(r"[a-z]+|[\u4e00-\u9fff]", text.lower()):
        if word in LITTLE:
            continue
        seed = hashlib.sha256(SAME.get(word, word).encode()).digest() * 2
        total = [value + (byte - 127.5) / 128 for value, byte in zip(total, seed, strict=True)]
    length = math.sqrt(sum(value * value for value in total))
    return [value / length for value in total]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: object) -> None:
        pass  # clients hang up on purpose


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Handler)
    server.asked = []
    print(server.server_address[1], flush=True)
    server.serve_forever()
