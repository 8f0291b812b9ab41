"""The agent @name@.

Needs fastapi and uvicorn. In an environment of its own:
    python3 -m venv .venv && .venv/bin/pip install fastapi uvicorn
and in agent.yaml: command: .venv/bin/python @key@_agent.py
"""

import os

import uvicorn
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel

app = FastAPI(title="@name@")


class ToolRequest(BaseModel):
    tool_name: str
    parameters: dict = {}


class ToolError(Exception):
    """An error that the caller shall read."""

    def __init__(self, message, code="failed", status=500):
        super().__init__(message)
        self.code = code
        self.status = status


def invalid(message):
    return ToolError(message, "invalid_parameters", 422)


def answer(error):
    # The header marks a tool's own failure: this replica is well.
    return JSONResponse({"error": str(error)}, error.status, {"X-Nexus-Tool-Error": error.code})


@app.exception_handler(ToolError)
async def told(request, error):
    return answer(error)


@app.exception_handler(RequestValidationError)
async def malformed(request, error):
    first = error.errors()[0]
    where = "/".join(str(step) for step in first["loc"])
    return answer(invalid(f'{where}: {first["msg"]}; expected {{"tool_name": "...", "parameters": {{...}}}}'))


@app.exception_handler(Exception)
async def unexpected(request, error):
    return answer(ToolError("the tool failed; the agent's log says why"))


@app.get("/health")
async def health():
    return {"status": "healthy"}


@app.get("/tools")
async def tools():
    return {
        "tools": [
            {
                "name": "process_data",
                "description": "Counts, sums and averages a list of numbers",
                "inputSchema": {
                    "type": "object",
                    "properties": {"data": {"type": "array", "items": {"type": "number"}, "minItems": 1}},
                    "required": ["data"],
                },
                "readOnly": True,
                "idempotent": True,
            }
        ]
    }


@app.post("/execute")
async def execute_tool(request: ToolRequest):
    if request.tool_name != "process_data":
        raise ToolError(f"unknown tool '{request.tool_name}'; there is process_data", "tool_unknown", 404)
    data = request.parameters.get("data")
    if not isinstance(data, list) or not data or any(type(each) not in (int, float) for each in data):
        raise invalid(f"data: expected a list of at least one number, not {data!r:.100}")
    # Your logic here
    return {
        "result": {
            "count": len(data),
            "sum": sum(data),
            "mean": sum(data) / len(data),
            "min": min(data),
            "max": max(data),
        }
    }


if __name__ == "__main__":
    uvicorn.run(app, host=os.environ.get("HOST", "127.0.0.1"), port=int(os.environ.get("PORT", "8081")))
