"""The product as a person meets it: real commands, real browser."""
