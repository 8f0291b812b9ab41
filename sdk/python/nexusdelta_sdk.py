"""Nexus Delta from Python: call agents through a gateway, and register agents.

One file, the standard library only, Python 3.8 or later. Copy it, or put its folder on ``PYTHONPATH``.

    from nexusdelta_sdk import NexusDeltaSDK

    sdk = NexusDeltaSDK()
    stats = sdk.call("DataAgent", "process_data", {"data": [1, 2, 3]})
    for window in sdk.stream("DataAgent", "rolling", {"data": [1, 2, 6, 0], "window": 2}):
        print(window["mean"])

The gateway is the ``url`` given, else ``NEXUS_URL``, else ``http://127.0.0.1:8080``. The key is the first of these
that there is:

1. ``api_key``, unless it is the placeholder ``your_token``
2. the file that ``NEXUS_KEY_FILE`` names, then ``NEXUS_API_KEY``
3. the token in the data folder (``NEXUS_DATA``, else ``.nexus`` in the working folder), for a gateway of this
   machine only, and for its administration only

It is sent to the gateway, nowhere else: redirects are not followed, and of the environment's proxies only the one
for https is used, which cannot read it, and none for a gateway of this machine. Nothing is sent twice by this client;
the gateway sends a call again where that is safe.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Dict, Generator, List, Mapping, NoReturn, Optional, Tuple

__all__ = ["NexusDeltaSDK", "NexusDeltaError", "ToolError"]

_HERE = "http://127.0.0.1:8080"
_PLACEHOLDER_KEY = "your_token"
_PLACEHOLDER_HOST = re.compile(r"(?i)(https?://)your-host(?=[:/]|$)")
_ONE = "application/json, application/problem+json, */*;q=0.5"
_ITEMS = "application/x-ndjson, text/event-stream;q=0.9, application/json;q=0.5, */*;q=0.1"
#: Seconds for which a stream may be silent: more than gateways allow, unless somebody has set more there.
_IDLE = 600.0
_MOST = 64 << 20


class NexusDeltaError(Exception):
    """A request did not bring what was asked for.

    code        stable, such as ``agent_unknown``; ``unreachable`` or ``deadline_exceeded`` where no answer came
    status      of the answer; 0 if there is none
    detail      what went wrong
    hint        what to try; empty if nobody knows
    request_id  under which the logs of gateway and agent know the request; empty if there is none
    errors      single faults: ``{"pointer": …, "detail": …}`` each
    retryable   whether the same may succeed later
    retry_after seconds after which to try again, where the answer says so
    body        the whole answer
    """

    def __init__(
        self,
        detail: str,
        *,
        code: str = "",
        status: int = 0,
        hint: str = "",
        request_id: str = "",
        errors: Optional[List[Dict[str, Any]]] = None,
        retryable: bool = False,
        retry_after: Optional[int] = None,
        body: Any = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.detail = detail
        self.hint = hint
        self.request_id = request_id
        self.errors = errors or []
        self.retryable = retryable
        self.retry_after = retry_after
        self.body = body

    def __str__(self) -> str:
        text = self.detail + (f" ({self.code})" if self.code else "")
        for fault in self.errors:
            text += f"\n  {fault.get('pointer', '')}: {fault.get('detail', '')}"
        return text + (f"\n  try: {self.hint}" if self.hint else "")


class ToolError(NexusDeltaError):
    """The tool was called and answered with an error of its own."""


class NexusDeltaSDK:
    """A gateway. Threads may share one; nothing has to be closed."""

    def __init__(self, api_key: Optional[str] = None, url: Optional[str] = None, timeout: float = 60.0) -> None:
        """Connects to nothing yet.

        api_key  None, empty or ``your_token``: as told at the top of this file
        url      of the gateway; ``http://`` may be left out
        timeout  seconds that an answer may take; ``call`` and ``stream`` may have others
        """
        self._url = _url(url or os.environ.get("NEXUS_URL") or _HERE)
        self._local = _is_loopback(urllib.parse.urlsplit(self._url).hostname or "")
        self._timeout = _seconds(timeout)
        self._key, self._token, self._source = _credentials(api_key, self._local)
        tunnel = None if self._local else urllib.request.getproxies().get("https")
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({"https": tunnel} if tunnel else {}), _NoRedirect()
        )

    def __repr__(self) -> str:
        return f"NexusDeltaSDK({self._url}, with {self._source})"

    # Calls

    def call(
        self,
        agent: str,
        tool: str,
        parameters: Optional[Mapping[str, Any]] = None,
        *,
        timeout: Optional[float] = None,
        idempotency_key: Optional[str] = None,
    ) -> Any:
        """Calls a tool and gives its result.

        timeout          seconds; the gateway and the agent are told
        idempotency_key  the call is executed once, however often it is sent: whoever sends the same again with
                         this key within a day gets the answer of the first

        Raises ToolError if the tool says so, else NexusDeltaError.
        """
        limit = self._timeout if timeout is None else _seconds(timeout)
        # The gateway answers 504 with the cause when the time is up: leave it the moment to do so.
        response = self._send_call(agent, tool, parameters, _ONE, limit, limit + 2, idempotency_key)
        with response:
            return _result(response, self._read(response))

    def stream(
        self,
        agent: str,
        tool: str,
        parameters: Optional[Mapping[str, Any]] = None,
        *,
        timeout: Optional[float] = None,
        idempotency_key: Optional[str] = None,
    ) -> Generator[Any, None, None]:
        """Calls a tool that gives its result piece by piece, and yields the items as they come.

        Of a tool that gives one result, the items of the list that it is, or the one thing. ``timeout`` holds until
        the stream begins. Nothing is read ahead but a few kilobytes. To leave the loop ends the call once the
        generator is gone; ``close()`` does so at once.

        Raises as ``call`` does, also on the way; a stream that is cut is told by the code ``unreachable``.
        """
        limit = self._timeout if timeout is None else _seconds(timeout)
        response = self._send_call(
            agent, tool, parameters, _ITEMS, limit, max(limit + 2, _IDLE), idempotency_key
        )
        return self._items(response)

    def agents(self) -> List[Dict[str, Any]]:
        """Agents that may be called: ``name``, ``description``, ``state``, ``endpoint`` each."""
        return list(self._document("GET", "/agents")["agents"])

    def tools(self, agent: str) -> List[Dict[str, Any]]:
        """Tools of an agent, with ``inputSchema`` and ``outputSchema``."""
        return list(self._document("GET", f"/agents/{_segment(agent)}/tools")["tools"])

    # The marketplace

    def register_agent(self, agent_card: Mapping[str, Any]) -> Dict[str, Any]:
        """Registers an agent that runs somewhere, so that it is found and called through the gateway.

        agent_card  ``name``, ``purpose``, ``category``, ``model``, ``tools``, ``api_endpoint``. The placeholder
                    ``your-host`` in the endpoint means this machine, where the gateway is on it too

        Gives the card as it is on record. The same card again changes nothing.
        """
        card = dict(agent_card)
        endpoint = card.get("api_endpoint")
        if isinstance(endpoint, str) and _PLACEHOLDER_HOST.match(endpoint):
            if not self._local:
                raise ValueError(
                    f"api_endpoint '{endpoint}' names the placeholder your-host; "
                    "expected the host at which the gateway reaches the agent"
                )
            card["api_endpoint"] = _PLACEHOLDER_HOST.sub(r"\g<1>127.0.0.1", endpoint)
        return dict(self._document("POST", "/api/v1/marketplace/agents", card))

    def unregister_agent(self, name: str) -> None:
        """Takes a registered agent away again; it is not ended where it runs."""
        self._document("DELETE", f"/api/v1/marketplace/agents/{_segment(name)}")

    def market(
        self, text: str = "", *, category: str = "", capability: str = "", tool: str = ""
    ) -> List[Dict[str, Any]]:
        """Cards of agents; of those, the ones that fit what is given."""
        wanted = {"text": text, "category": category, "capability": capability, "tool": tool}
        query = urllib.parse.urlencode({name: value for name, value in wanted.items() if value})
        path = "/api/v1/marketplace/agents" + ("?" + query if query else "")
        return list(self._document("GET", path)["agents"])

    # On the wire

    def _send_call(
        self,
        agent: str,
        tool: str,
        parameters: Optional[Mapping[str, Any]],
        accept: str,
        limit: float,
        patience: float,
        idempotency_key: Optional[str],
    ) -> http.client.HTTPResponse:
        if parameters is not None and not isinstance(parameters, Mapping):
            raise TypeError(
                f"the parameters of {agent}.{tool} are a {type(parameters).__name__}; "
                'they have names, as in {"data": [1, 2, 3]}'
            )
        headers = {"Accept": accept, "X-Nexus-Timeout": f"{max(1, round(limit * 1000))}ms"}
        if idempotency_key is not None:
            if not re.fullmatch(r"[\x21-\x7e]{1,255}", idempotency_key):
                raise ValueError("the idempotency key is not 1 to 255 visible ASCII characters")
            headers["Idempotency-Key"] = idempotency_key
        path = f"/agents/{_segment(agent)}/tools/{_segment(tool)}"
        body = {} if parameters is None else dict(parameters)
        return self._send("POST", path, headers, body, patience)

    def _document(self, method: str, path: str, body: Any = None) -> Any:
        with self._send(method, path, {"Accept": _ONE}, body, self._timeout) as response:
            data = self._read(response)
            if _status(response) >= 300:
                raise _problem(NexusDeltaError, response, data)
            try:
                return json.loads(data) if data.strip() else {}
            except ValueError:
                raise NexusDeltaError(
                    "the answer is no JSON, so this is hardly a gateway", status=_status(response)
                ) from None

    def _send(
        self, method: str, path: str, headers: Dict[str, str], body: Any, patience: float
    ) -> http.client.HTTPResponse:
        data = None if body is None else json.dumps(body, allow_nan=False).encode("utf-8")
        request = urllib.request.Request(self._url + path, data=data, method=method, headers=headers)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        control = path.startswith("/api/")
        bearer = (self._token or self._key) if control else self._key
        if control:
            request.add_header("X-Nexus-By", "python-sdk")
        if bearer:
            request.add_unredirected_header("Authorization", "Bearer " + bearer)
        try:
            return self._opener.open(request, timeout=patience)
        except urllib.error.HTTPError as error:
            # An answer like any other; its own class reads like the response that it is.
            return error  # type: ignore[return-value]
        except (OSError, http.client.HTTPException) as error:
            self._failed(error, patience)

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        try:
            return response.read()
        except (OSError, http.client.HTTPException) as error:
            self._failed(error, self._timeout)

    def _failed(self, error: BaseException, patience: float) -> NoReturn:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(reason, (socket.timeout, TimeoutError)):
            raise NexusDeltaError(
                f"the answer of {self._url} took longer than the {patience:g} s that this client waits",
                code="deadline_exceeded",
                hint="a longer timeout; what was asked for may still happen",
            ) from error
        connected = reason is error
        raise NexusDeltaError(
            f"no whole answer came from {self._url}: {reason}",
            code="unreachable",
            hint="" if connected else "is the gateway up (nexus up), and is this its address (NEXUS_URL)?",
            retryable=isinstance(reason, ConnectionRefusedError),
        ) from error

    # Streams

    def _items(self, response: http.client.HTTPResponse) -> Generator[Any, None, None]:
        kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        failed = _status(response) >= 300 or "X-Nexus-Tool-Error" in response.headers
        if failed or kind in ("application/json", "application/problem+json"):
            with response:
                result = _result(response, self._read(response))
            return (item for item in (result if isinstance(result, list) else [result]))
        return self._streamed(response, kind == "text/event-stream")

    def _streamed(self, response: http.client.HTTPResponse, events: bool) -> Generator[Any, None, None]:
        with response:
            parts = self._events(response) if events else self._lines(response)
            for kind, value in parts:
                if kind == "end":
                    return
                if kind == "error":
                    raise _problem(ToolError, response, json.dumps(value).encode())
                if kind == "item":
                    yield value
            # Who marks its streams so (the agent runtime does) writes an end.
            if response.headers.get("X-Nexus-Stream") == "tool" or (response.length or 0) > 0:
                self._failed(http.client.HTTPException("the stream was cut before its end"), 0)

    def _text(self, response: http.client.HTTPResponse) -> Generator[str, None, None]:
        """Lines as they come. (The response's own ``readline`` takes a chunk that was cut for the end.)"""
        rest = bytearray()
        while True:
            try:
                data = response.read1(65536)
            except (OSError, http.client.HTTPException) as error:
                self._failed(error, _IDLE)
            if not data:
                break
            rest += data
            if b"\n" in data:
                *lines, rest = rest.split(b"\n")
                for line in lines:
                    yield line.decode("utf-8", "replace").rstrip("\r")
            if len(rest) > _MOST:
                self._failed(http.client.HTTPException("a line is longer than 64 MiB"), _IDLE)
        if rest:
            yield rest.decode("utf-8", "replace")

    def _lines(self, response: http.client.HTTPResponse) -> Generator[Tuple[str, Any], None, None]:
        for line in self._text(response):
            if not line.strip():
                continue
            value = _lenient(line)
            if isinstance(value, dict):
                if len(value) == 1:
                    name, only = next(iter(value.items()))
                    if name == "item":
                        yield "item", only
                        continue
                    if name in ("progress", "end") and isinstance(only, dict):
                        yield name, only
                        continue
                if value.get("error") is not None and "result" not in value:
                    yield "error", value
            yield "item", value

    def _events(self, response: http.client.HTTPResponse) -> Generator[Tuple[str, Any], None, None]:
        data: List[str] = []
        kind = ""
        for line in self._text(response):
            if not line:
                if data:
                    name = kind if kind in ("progress", "end", "error") else "item"
                    yield name, _lenient("\n".join(data))
                data, kind = [], ""
                continue
            field, _, content = line.partition(":")
            content = content[1:] if content.startswith(" ") else content
            if field == "data":
                data.append(content)
            elif field == "event":
                kind = content


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _url(text: str) -> str:
    url = (text if "://" in text else "http://" + text).rstrip("/")
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise ValueError(f"gateway address '{text}' is no URL like {_HERE}")
    return url


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or re.fullmatch(r"127(\.[0-9]{1,3}){3}", host) is not None


def _seconds(value: float) -> float:
    if not 0.001 <= value <= 7 * 24 * 3600:
        raise ValueError(f"the timeout is {value}; expected seconds, from 0.001 to 604800")
    return float(value)


def _segment(text: str) -> str:
    return urllib.parse.quote(text, safe="")


def _credentials(api_key: Optional[str], local: bool) -> Tuple[Optional[str], Optional[str], str]:
    """Key, token of the administration, and where it is from."""
    api_key = (api_key or "").strip()
    if api_key and api_key != _PLACEHOLDER_KEY:
        return _bearer(api_key, "api_key"), None, "the key that was given"
    path = os.environ.get("NEXUS_KEY_FILE")
    if path:
        try:
            with open(path, encoding="utf-8") as file:
                return _bearer(file.read().strip(), path), None, "NEXUS_KEY_FILE"
        except OSError as error:
            raise ValueError(f"cannot read the key from {path} (NEXUS_KEY_FILE): {error.strerror}") from None
    key = os.environ.get("NEXUS_API_KEY", "").strip()
    if key and key != _PLACEHOLDER_KEY:
        return _bearer(key, "NEXUS_API_KEY"), None, "NEXUS_API_KEY"
    if local:
        try:
            folder = os.environ.get("NEXUS_DATA") or ".nexus"
            with open(os.path.join(folder, "admin.token"), encoding="utf-8") as file:
                token = file.read().strip()
            if token:
                return None, _bearer(token, "admin.token"), "the token of the data folder"
        except OSError:
            pass
    return None, None, "no key"


def _bearer(value: str, source: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]+", value):
        raise ValueError(f"the key from {source} is empty or holds blanks or control characters")
    return value


def _status(response: http.client.HTTPResponse) -> int:
    return response.getcode()  # errors have no status before Python 3.9


def _lenient(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _result(response: http.client.HTTPResponse, data: bytes) -> Any:
    """The result in an answer of a tool; raises what is none."""
    marked = "X-Nexus-Tool-Error" in response.headers
    body = _lenient(data.decode("utf-8", "replace"))
    if marked:
        raise _problem(ToolError, response, data)
    if _status(response) >= 300:
        raise _problem(NexusDeltaError, response, data)
    if isinstance(body, dict):
        if body.get("error") is not None and "result" not in body:
            raise _problem(ToolError, response, data)
        return body.get("result", body)
    return body


def _problem(kind: type, response: http.client.HTTPResponse, data: bytes) -> NexusDeltaError:
    text = data.decode("utf-8", "replace")
    body = _lenient(text)
    fields: Dict[str, Any] = body if isinstance(body, dict) else {}
    error = fields.get("error")
    if isinstance(error, dict):
        error = error.get("message")
    shown = "" if fields or not text.strip() else ": " + text.strip()[:300]
    retry_after = response.headers.get("Retry-After") or ""
    errors = fields.get("errors")
    return kind(
        str(fields.get("detail") or error or fields.get("title") or f"HTTP status {_status(response)}{shown}"),
        code=response.headers.get("X-Nexus-Tool-Error") or str(fields.get("code") or ""),
        status=_status(response),
        hint=str(fields.get("hint") or ""),
        request_id=str(fields.get("requestId") or response.headers.get("X-Request-Id") or ""),
        errors=[fault for fault in errors if isinstance(fault, dict)] if isinstance(errors, list) else [],
        retryable=fields.get("retryable") is True,
        retry_after=int(retry_after) if re.fullmatch(r"[0-9]{1,6}", retry_after) else None,
        body=body,
    )
