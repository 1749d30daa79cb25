"""Rate the result of a finished job by its losses."""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, isfinite

_PLACES = 6
_OVERFIT_GAP = 0.5  # nats of validation loss above training loss
_LARGEST_EXPONENT = 700.0  # exp() of more leaves the range of a float


class Convergence(StrEnum):
    """The loss curve in one word."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    OVERFIT = "overfit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Score of 1-5 stars, losses in nats per token; None where a number would not be finite."""

    overall_score: int
    convergence_quality: Convergence
    final_training_loss: float | None
    final_validation_loss: float | None
    perplexity: float | None
    loss_reduction_percent: float


# a reduction of the first loss by more than so many percent earns so many stars
_LEVELS = (
    (50.0, 5, Convergence.EXCELLENT),
    (30.0, 4, Convergence.GOOD),
    (15.0, 3, Convergence.FAIR),
    (5.0, 2, Convergence.POOR),
)


def assess(
    first_training_loss: float, final_training_loss: float, *, final_validation_loss: float | None
) -> Quality:
    """Rate a run; perplexity is of the validation loss, else of the training loss."""
    reduction = _reduction_percent(first_training_loss, final_training_loss)
    score, convergence = _level(reduction)
    if _is_overfit(final_training_loss, final_validation_loss):
        score, convergence = max(score - 1, 1), Convergence.OVERFIT
    final_loss = final_training_loss if final_validation_loss is None else final_validation_loss
    return Quality(
        overall_score=score,
        convergence_quality=convergence,
        final_training_loss=_finite(final_training_loss),
        final_validation_loss=_finite(final_validation_loss),
        perplexity=round(exp(final_loss), _PLACES) if final_loss <= _LARGEST_EXPONENT else None,
        loss_reduction_percent=reduction,
    )


def _reduction_percent(first: float, final: float) -> float:
    """Compute the reduction, rounded before it is compared: (1 - 0.7) / 1 is exactly 30 percent."""
    if not (isfinite(first) and isfinite(final) and first > 0):
        return 0.0
    percent = (first - final) / first * 100
    return round(percent, _PLACES) if isfinite(percent) else 0.0


def _level(reduction: float) -> tuple[int, Convergence]:
    for floor, score, convergence in _LEVELS:
        if reduction > floor:
            return score, convergence
    return 1, Convergence.POOR


def _is_overfit(training: float, validation: float | None) -> bool:
    return validation is not None and round(validation - training, _PLACES) > _OVERFIT_GAP


def _finite(loss: float | None) -> float | None:
    return loss if loss is not None and isfinite(loss) else None
