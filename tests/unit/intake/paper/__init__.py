"""Tests of intake.paper."""
