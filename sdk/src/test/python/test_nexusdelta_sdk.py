"""The Python SDK against a small gateway on loopback that answers by script."""

import io
import json
import os
import socket
import sys
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

from nexusdelta_sdk import NexusDeltaError, NexusDeltaSDK, ToolError

SNIPPET = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "seed_registration.py")


class Gateway(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = []
        self.requests = []
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def then(self, status, body, **headers):
        """Answers the next request; text as it is, anything else as JSON."""
        self.answers.append((status, body, {name.replace("_", "-"): value for name, value in headers.items()}))
        return self

    def handle_error(self, request, client_address):
        pass  # callers who leave


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        self.server.requests.append((self.command, self.path, self.headers, body))
        status, text, headers = self.server.answers.pop(0)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if isinstance(text, str) and headers.get("Transfer-Encoding") == "chunked":
            self.end_headers()
            self.wfile.write(text.encode())
            self.wfile.flush()
            self.close_connection = True
            return
        if not isinstance(text, str):
            text = json.dumps(text)
        if "Content-Type" not in headers:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, *_):
        pass


class NexusDeltaTest(unittest.TestCase):
    def setUp(self):
        self.gateway = Gateway()
        self.addCleanup(self.gateway.server_close)
        self.addCleanup(self.gateway.shutdown)
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        before = os.getcwd()
        os.chdir(self.folder.name)
        self.addCleanup(os.chdir, before)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("NEXUS_")}
        patch = mock.patch.dict(os.environ, environment, clear=True)
        patch.start()
        self.addCleanup(patch.stop)

    def sdk(self, **more):
        return NexusDeltaSDK(url=self.gateway.url, **more)

    def token(self, folder, token):
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "admin.token"), "w", encoding="utf-8") as file:
            file.write(token + "\n")

    def keys(self, sdk):
        """The keys that a call and a registration show."""
        self.gateway.then(200, {"result": 1}).then(201, {})
        sdk.call("A", "t")
        sdk.register_agent({"name": "A"})
        return [request[2].get("Authorization", "none") for request in self.gateway.requests[-2:]]

    def test_calls_a_tool(self):
        self.gateway.then(200, {"result": {"mean": 2}})
        result = self.sdk().call("Data Agent", "t/x", {"data": [1, 2, 3]}, timeout=1.5, idempotency_key="k1")
        self.assertEqual(result, {"mean": 2})
        method, path, headers, body = self.gateway.requests[0]
        self.assertEqual((method, path), ("POST", "/agents/Data%20Agent/tools/t%2Fx"))
        self.assertEqual(json.loads(body), {"data": [1, 2, 3]})
        self.assertEqual(headers["X-Nexus-Timeout"], "1500ms")
        self.assertEqual(headers["Idempotency-Key"], "k1")
        self.assertEqual(headers["Content-Type"], "application/json")

    def test_refuses_what_is_no_call_and_sends_nothing(self):
        sdk = self.sdk()
        with self.assertRaisesRegex(TypeError, "have names"):
            sdk.call("A", "t", [1, 2])
        with self.assertRaises(ValueError):
            sdk.call("A", "t", {"x": float("nan")})
        with self.assertRaises(ValueError):
            sdk.call("A", "t", idempotency_key="a\r\nb")
        with self.assertRaises(ValueError):
            sdk.call("A", "t", timeout=0)
        self.assertEqual(self.gateway.requests, [])

    def test_tells_errors_of_tools_from_errors_on_the_way(self):
        self.gateway.then(500, {"error": "boom"}, X_Nexus_Tool_Error="internal", X_Request_Id="r1")
        self.gateway.then(200, {"error": "tool not found"})
        self.gateway.then(
            503,
            {
                "detail": "full",
                "code": "queue_full",
                "hint": "later",
                "requestId": "r2",
                "retryable": True,
                "errors": [{"pointer": "/a", "detail": "x"}],
            },
            Retry_After="3",
        )
        self.gateway.then(502, "<html>", Content_Type="text/html")
        self.gateway.then(302, "", Location="http://127.0.0.1:1/elsewhere")
        sdk = self.sdk()
        with self.assertRaises(ToolError) as caught:
            sdk.call("A", "t")
        error = caught.exception
        self.assertEqual((error.code, error.status, error.request_id), ("internal", 500, "r1"))
        with self.assertRaisesRegex(ToolError, "tool not found"):
            sdk.call("A", "t")
        with self.assertRaises(NexusDeltaError) as caught:
            sdk.call("A", "t")
        error = caught.exception
        self.assertNotIsInstance(error, ToolError)
        self.assertEqual(
            (error.code, error.status, error.detail, error.hint, error.request_id, error.retryable),
            ("queue_full", 503, "full", "later", "r2", True),
        )
        self.assertEqual(error.retry_after, 3)
        self.assertEqual(error.errors, [{"pointer": "/a", "detail": "x"}])
        self.assertEqual(str(error), "full (queue_full)\n  /a: x\n  try: later")
        with self.assertRaisesRegex(NexusDeltaError, "HTTP status 502: <html>"):
            sdk.call("A", "t")
        with self.assertRaisesRegex(NexusDeltaError, "HTTP status 302"):
            sdk.call("A", "t")

    def test_tells_that_no_answer_came(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        with self.assertRaises(NexusDeltaError) as caught:
            NexusDeltaSDK(url=f"127.0.0.1:{port}").agents()
        self.assertEqual(caught.exception.code, "unreachable")
        self.assertIn("nexus up", caught.exception.hint)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            sdk = NexusDeltaSDK(url=f"127.0.0.1:{silent.getsockname()[1]}", timeout=0.05)
            with self.assertRaises(NexusDeltaError) as caught:
                sdk.agents()
        self.assertEqual(caught.exception.code, "deadline_exceeded")

    def test_gives_the_items_of_a_stream(self):
        lines = '{"item":{"a":1}}\n\n{"progress":{"done":1}}\n{"item":null}\n{"end":{"items":2}}\n'
        events = ': \n\ndata: [1,\ndata:2]\n\nevent: progress\ndata: {"done":1}\n\nevent: end\ndata: {}\n\n'
        self.gateway.then(200, lines, Content_Type="application/x-ndjson", X_Nexus_Stream="tool")
        self.gateway.then(200, events, Content_Type="text/event-stream", X_Nexus_Stream="tool")
        self.gateway.then(200, '{"a":1}\n2', Content_Type="application/x-ndjson")
        self.gateway.then(200, {"result": [1, 2]})
        self.gateway.then(200, {"result": "one"})
        sdk = self.sdk()
        wanted = [[{"a": 1}, None], [[1, 2]], [{"a": 1}, 2], [1, 2], ["one"]]
        self.assertEqual([list(sdk.stream("A", "t")) for _ in wanted], wanted)

    def test_tells_a_stream_that_fails_or_is_cut(self):
        lines = {"Content_Type": "application/x-ndjson", "X_Nexus_Stream": "tool"}
        self.gateway.then(200, '{"item":1}\n{"error":"boom","code":"internal"}\n', **lines)
        self.gateway.then(200, '{"item":1}\n', **lines)
        self.gateway.then(200, '4\r\n{}\n\n\r\n', Content_Type="application/x-ndjson", Transfer_Encoding="chunked")
        self.gateway.then(503, {"code": "queue_full"})
        sdk = self.sdk()
        for code, kind in (("internal", ToolError), ("unreachable", NexusDeltaError), ("unreachable", NexusDeltaError)):
            items = sdk.stream("A", "t")
            next(items)
            with self.assertRaises(kind) as caught:
                next(items)
            self.assertEqual(caught.exception.code, code)
        with self.assertRaises(NexusDeltaError):
            sdk.stream("A", "t")

    def test_ends_the_call_by_closing_the_stream(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            items = []
            sdk = NexusDeltaSDK(url=f"127.0.0.1:{server.getsockname()[1]}")

            def read():
                stream = sdk.stream("A", "t")
                items.append(next(stream))
                stream.close()

            reader = threading.Thread(target=read, daemon=True)
            reader.start()
            connection, _ = server.accept()
            with connection:
                connection.settimeout(20)
                received = b""
                while not received.endswith(b"{}"):
                    received += connection.recv(65536)
                head = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n"
                connection.sendall(head + b'{"item":1}\n')
                self.assertEqual(connection.recv(1), b"")  # only where the other side has left
            reader.join(20)
            self.assertEqual(items, [1])

    def test_lists_agents_tools_and_cards(self):
        self.gateway.then(200, {"agents": [{"name": "A"}]})
        self.gateway.then(200, {"tools": [{"name": "t"}]})
        self.gateway.then(200, {"agents": []}).then(200, {"agents": [{"name": "A"}]})
        self.gateway.then(200, {})
        self.gateway.then(200, "hello", Content_Type="text/plain")
        sdk = self.sdk()
        self.assertEqual(sdk.agents(), [{"name": "A"}])
        self.assertEqual(sdk.tools("A"), [{"name": "t"}])
        self.assertEqual(sdk.market(), [])
        self.assertEqual(sdk.market("a&b", tool="t"), [{"name": "A"}])
        sdk.unregister_agent("A")
        with self.assertRaisesRegex(NexusDeltaError, "hardly a gateway"):
            sdk.agents()
        self.assertEqual(
            [(method, path) for method, path, _, _ in self.gateway.requests[:5]],
            [
                ("GET", "/agents"),
                ("GET", "/agents/A/tools"),
                ("GET", "/api/v1/marketplace/agents"),
                ("GET", "/api/v1/marketplace/agents?text=a%26b&tool=t"),
                ("DELETE", "/api/v1/marketplace/agents/A"),
            ],
        )

    def test_runs_the_registration_of_the_docs_unchanged(self):
        os.environ["NEXUS_URL"] = self.gateway.url
        self.token(".nexus", "of-the-folder")
        self.gateway.then(201, {}).then(200, {})
        agents = [
            {"name": "One", "description": "First", "tools": ["my_tool"], "port": 9001},
            {"name": "Two", "description": "Second", "tools": [], "port": 9002},
        ]
        with open(SNIPPET, encoding="utf-8") as file:
            exec(compile(file.read(), SNIPPET, "exec"), {"agents": agents})
        cards = [json.loads(request[3]) for request in self.gateway.requests]
        self.assertEqual(
            cards[0],
            {
                "name": "One",
                "purpose": "First",
                "category": "utility",
                "model": "gpt-4",
                "tools": ["my_tool"],
                "api_endpoint": "http://127.0.0.1:9001",
            },
        )
        self.assertEqual(cards[1]["name"], "Two")
        for _, path, headers, _ in self.gateway.requests:
            self.assertEqual(path, "/api/v1/marketplace/agents")
            self.assertEqual(headers["Authorization"], "Bearer of-the-folder")

    def test_asks_for_a_host_where_the_placeholder_cannot_be_known(self):
        with self.assertRaisesRegex(ValueError, "your-host"):
            NexusDeltaSDK("k", "http://gateway.example").register_agent(
                {"name": "A", "api_endpoint": "http://your-host:9000"}
            )

    def test_looks_for_a_key(self):
        self.assertEqual(self.keys(self.sdk()), ["none", "none"])
        self.token(".nexus", "of-the-folder")
        for none in (None, "", "your_token"):
            self.assertEqual(self.keys(self.sdk(api_key=none)), ["none", "Bearer of-the-folder"])
        self.token("data", "of-another")
        os.environ["NEXUS_DATA"] = "data"
        self.assertEqual(self.keys(self.sdk()), ["none", "Bearer of-another"])
        os.environ["NEXUS_API_KEY"] = "of-the-environment"
        self.assertEqual(self.keys(self.sdk()), ["Bearer of-the-environment"] * 2)
        with open("key", "w", encoding="utf-8") as file:
            file.write("of-the-file\n")
        os.environ["NEXUS_KEY_FILE"] = "key"
        self.assertEqual(self.keys(self.sdk()), ["Bearer of-the-file"] * 2)
        self.assertEqual(self.keys(self.sdk(api_key="given")), ["Bearer given"] * 2)
        self.assertEqual(self.keys(self.sdk(api_key="of-a-file\n")), ["Bearer of-a-file"] * 2)
        self.assertNotIn("of-the-file", repr(self.sdk()))
        os.environ["NEXUS_KEY_FILE"] = "missing"
        with self.assertRaisesRegex(ValueError, "missing"):
            self.sdk()
        with self.assertRaises(ValueError) as caught:
            self.sdk(api_key="se cret")
        self.assertNotIn("cret", str(caught.exception))

    def test_gives_the_folders_token_to_this_machine_only(self):
        self.token(".nexus", "of-the-folder")
        for url in ("http://gateway.example", "http://127.evil.example", "http://127.0.0.1.evil.example"):
            self.assertIn("no key", repr(NexusDeltaSDK(url=url)))
        for url in ("localhost:8080", "http://[::1]:8080", "http://127.0.0.1:8080/"):
            self.assertIn("the token of the data folder", repr(NexusDeltaSDK(url=url)))

    def test_uses_no_proxy_for_this_machine(self):
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
            os.environ[name] = "http://127.0.0.1:1"
        self.gateway.then(200, {"agents": []})
        self.assertEqual(self.sdk().agents(), [])

    def test_refuses_what_is_no_address(self):
        for url in ("ftp://x", "http://", "http://user@x"):
            with self.assertRaisesRegex(ValueError, "127.0.0.1:8080"):
                NexusDeltaSDK(url=url)


if __name__ == "__main__":
    output = io.StringIO()
    result = unittest.main(exit=False, verbosity=0, testRunner=unittest.TextTestRunner(stream=output)).result
    print(output.getvalue())
    sys.exit(not result.wasSuccessful())
