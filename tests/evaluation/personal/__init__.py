"""Short passages with and without personal data (brochure §3.3); `kept.toml` was kept apart until the rules were mended."""
