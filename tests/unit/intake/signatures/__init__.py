"""Digital signatures, against throw-away certificates made here."""
