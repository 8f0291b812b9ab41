from nexusdelta_sdk import NexusDeltaSDK

sdk = NexusDeltaSDK(api_key="your_token")

# Register each agent
for agent in agents:
    agent_card = {
        "name": agent["name"],
        "purpose": agent["description"],
        "category": "utility",
        "model": "gpt-4",
        "tools": agent["tools"],
        "api_endpoint": f"http://your-host:{agent['port']}"
    }
    sdk.register_agent(agent_card)
