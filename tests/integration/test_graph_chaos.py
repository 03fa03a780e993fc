"""Graph's worst day, in small; `python -m tests.simulators.graph_chaos 1000` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulators.graph_chaos import Chaos

pytestmark = [pytest.mark.server]


def test_with_every_fault_at_once_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    """Seven faults and three sorts of bad notifications at five per cent each, restarts, a hand that changes mail meanwhile."""
    report = Chaos(tmp_path, 20, 0.05).run()
    assert report.good, report
    assert sum(report.struck.values()) > 10
