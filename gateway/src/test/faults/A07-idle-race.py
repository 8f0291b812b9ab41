"""A7: connections that the agent ends after 1 s, as it says, are left alone by then: no call is lost"""
from idle import calls_as_agents_close
from peer import play

play(lambda: calls_as_agents_close(lanes=20, idle=1.0, says="timeout=1", rounds=2))
