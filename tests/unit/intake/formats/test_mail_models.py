"""The models of covering mails: the packaged weights are those of the training texts, and they reach texts left out."""

from __future__ import annotations

import numpy as np
import pytest

from intake.formats.kind_model import kind_model
from intake.formats.linear import LinearModel
from intake.formats.mail_model import mail_model
from intake.model import Kind
from tests.evaluation.train import Task, kinds, mails


@pytest.mark.parametrize(
    ("packaged", "task"), [(mail_model(), mails()), (kind_model(), kinds())], ids=["acts", "kinds"]
)
def test_the_packaged_weights_are_fitted_on_the_training_texts(packaged: LinearModel, task: Task) -> None:
    """Nobody can change cues or texts without fitting again: `python -m tests.evaluation.train`."""
    fitted = task.fit()
    assert packaged.rows.keys() == fitted.rows.keys()
    assert np.abs(packaged.weights - fitted.weights).max() <= 0.02


@pytest.mark.parametrize(("task", "least"), [(mails(), 0.6), (kinds(), 0.6)], ids=["acts", "kinds"])
def test_the_models_reach_an_author_they_have_not_seen(task: Task, least: float) -> None:
    """Fitted without one author, they place at least six in ten of what he wrote (by chance: one in ten)."""
    author = min(p.author for p in task.pieces)
    model = task.fit([p for p in task.pieces if p.author != author])
    assert task.accuracy(model, [p for p in task.pieces if p.author == author]) >= least


def test_every_kind_that_words_can_tell_is_trained() -> None:
    """Only a scan of post is known by its sender alone."""
    assert set(kind_model().classes) == {k.value for k in Kind} - {"postal_scan"}
