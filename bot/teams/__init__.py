"""The desk's Teams channel: the cards it shows."""
