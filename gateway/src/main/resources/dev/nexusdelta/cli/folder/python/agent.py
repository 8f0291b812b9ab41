"""The agent @name@.

Needs fastapi and uvicorn. In an environment of its own:
    python3 -m venv .venv && .venv/bin/pip install fastapi uvicorn
and in agent.yaml: command: .venv/bin/python @key@_agent.py
"""

import os

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI(title="@name@")


class ToolRequest(BaseModel):
    tool_name: str
    parameters: dict


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
    if request.tool_name == "process_data":
        data = request.parameters.get("data") or []
        if not data:
            return {"error": "data: at least one number is needed"}
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
    else:
        return {"error": "tool not found"}


if __name__ == "__main__":
    uvicorn.run(app, host=os.environ.get("HOST", "127.0.0.1"), port=int(os.environ.get("PORT", "8081")))
