"""Clients of other people's services: each speaks one API, and knows nothing of training."""
