"""Why the software judged as it did: one sentence for every reason code of a `Finding`."""

from __future__ import annotations

from string import Formatter
from typing import Any

from intake.model import Finding

WHY: dict[str, str] = {}
"""Reason code -> sentence; `{0}`, `{1}` … take the finding's values."""


class _Gaps(Formatter):
    """Fills gaps from the finding's values; a value that is missing reads as unknown instead of breaking the page."""

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        del kwargs
        return args[key] if isinstance(key, int) and key < len(args) else "(onbekend)"


_fill = _Gaps()


def why(finding: Finding) -> str:
    """The reason of a finding as a sentence; a code without one is named neutrally, so that nothing stays hidden."""
    sentence = WHY.get(finding.reason)
    if sentence is None:
        return f"De software noemt als reden: {finding.reason}. Controleer dit onderdeel zelf."
    return _fill.vformat(sentence, finding.values, {})
