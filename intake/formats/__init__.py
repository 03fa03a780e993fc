"""The rules as data, and one reader for each file: `recognition.toml` (`recognition.py`), the format of a signal, and others."""
