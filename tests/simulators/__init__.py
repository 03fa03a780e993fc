"""Real servers for one test run, and stand-ins for what has none; all on 127.0.0.1, each in a process group of its own."""
