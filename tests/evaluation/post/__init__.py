"""Comparing post, measured: pages printed here with one word changed or none, then scanned in four qualities."""
