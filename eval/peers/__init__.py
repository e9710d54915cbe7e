"""Other people's voice agents on the same conversation, the same models' stand-ins and the same machine."""
