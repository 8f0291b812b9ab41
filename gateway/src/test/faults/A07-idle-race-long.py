"""A7: connections that the agent ends after 5 s, as it says, or after 2.5 s, silently: no call is lost"""
# long: a minute
from idle import calls_as_agents_close
from peer import play


def row():
    calls_as_agents_close(lanes=50, idle=5.0, says="timeout=5", rounds=6)
    calls_as_agents_close(lanes=50, idle=2.5, says=None, rounds=6)


play(row)
