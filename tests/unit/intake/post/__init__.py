"""Tests of the postal version."""
