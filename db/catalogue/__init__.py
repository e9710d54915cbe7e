"""The content that comes with VoiceFit: files, how they are read and checked, how they reach the database."""
