"""Runs: live and logged, from files, with records, shoes and predictions."""
