"""Many athletes at once: what a server carries, and what each of them costs."""
