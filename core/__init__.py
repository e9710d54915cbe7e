"""What every layer may use: settings, errors, units, identifiers. Imports nothing of VoiceFit."""
