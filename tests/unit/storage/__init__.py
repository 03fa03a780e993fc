"""Tests of loketbs."""
