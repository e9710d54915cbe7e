"""A storm: athletes on bad networks, a server that dies now and then, and what must hold afterwards."""
