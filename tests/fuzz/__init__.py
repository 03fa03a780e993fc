"""Fuzzing by atheris: `python -m tests.fuzz TARGET --minutes N`; docs/fuzzing.md says how. No test, so pytest collects nothing."""
