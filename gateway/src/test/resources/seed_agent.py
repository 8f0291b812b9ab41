from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI(title="MyAgent")

class ToolRequest(BaseModel):
    tool_name: str
    parameters: dict

@app.post("/execute")
async def execute_tool(request: ToolRequest):
    if request.tool_name == "my_tool":
        # Your logic here
        return {"result": "processed"}
    else:
        return {"error": "tool not found"}
