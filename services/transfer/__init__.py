"""What comes in and goes out: exports, imports from other apps, and accounts that are deleted."""
