"""Ways in: a door knows transport and nothing of training."""
