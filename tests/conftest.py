"""What every test gets: a clean environment, so that a developer's own settings change nothing."""

from __future__ import annotations

import os

for _name in [name for name in os.environ if name.startswith("LOKETBS_") and name != "LOKETBS_SHARED"]:
    del os.environ[_name]
os.environ["TZ"] = "Europe/Amsterdam"
