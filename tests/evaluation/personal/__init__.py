"""Short passages with and without personal data (brochure §3.3): the rules were mended on `open.toml`, `kept.toml` was kept apart."""
