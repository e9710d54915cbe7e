"""Sound in a gym, measured through the websocket door of a server in real time: sentences with pauses, talk
that is not for the agent, speech over its voice, and its voice coming back as an echo."""
