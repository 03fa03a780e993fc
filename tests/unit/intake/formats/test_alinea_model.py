"""The paragraph model: its weights are those of the paragraphs in the package, and it generalises to texts left out."""

from __future__ import annotations

import numpy as np

from intake.checks.alineas import ORDER
from intake.formats.alinea_model import alinea_model
from intake.formats.signaal import load_format
from tests.evaluation.train import alineas


def test_the_packaged_weights_are_fitted_on_the_packaged_paragraphs() -> None:
    """Nobody can change cues or paragraphs without fitting again: `python -m tests.evaluation.train`."""
    packaged, fitted = alinea_model(), alineas().fit()
    assert packaged.rows.keys() == fitted.rows.keys()
    assert np.abs(packaged.weights - fitted.weights).max() <= 0.02


def test_the_model_recognises_paragraphs_of_texts_it_has_not_seen() -> None:
    """Fitted without five made-up signals, it places at least three in four of their paragraphs."""
    task = alineas()
    bases = sorted({p.base for p in task.pieces if p.base})[::6]
    unseen = [p for p in task.pieces if p.base in bases]
    model = task.fit([p for p in task.pieces if p.base not in bases])
    assert task.accuracy(model, unseen) >= 0.75


def test_the_model_knows_every_item_of_the_format() -> None:
    """An item added to the format needs paragraphs too."""
    assert set(ORDER) - {"proces"} == {i.id for i in load_format().items} - {"indieners"}
    assert alinea_model().classes == ORDER
