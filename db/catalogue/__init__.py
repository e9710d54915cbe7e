"""The catalogue that comes with VoiceFit: exercises as CSV, how they are read and loaded."""
