"""A storm through the door of LiveKit rooms: a worker, LiveKit's development server and its own clients."""
