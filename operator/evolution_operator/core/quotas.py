"""From shares to whole samples: the quotas m_c.

Rounding down, as the reference code does, loses samples that no category may then use. The largest remainder method gives every sample
to a category, so the quotas sum to the order exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from evolution_contracts.vocabulary import Category

REMAINDER_DIGITS = 9
"""Decimals in which two remainders must differ to count as different; shares carry rounding noise far below."""


def quotas(mixture: Mapping[Category, float], samples: int, accuracies: Mapping[Category, float]) -> dict[Category, int]:
    """Return the samples to generate in each category; they sum to `samples` exactly.

    Every category first gets its share rounded down. What is left goes one by one to the largest remainders; among equal remainders the
    category with the lower accuracy comes first, then the name decides.

    Args:
        mixture: Shares; only their proportions count.
        samples: The order N.
        accuracies: Accuracy of each category, 0.5 where it is not known.

    Source: method notes 1.4 and defect D12.
    """
    whole = sum(map(Fraction, mixture.values()))
    exact = {category: Fraction(share) * samples / whole for category, share in mixture.items()}
    counts = {category: int(value) for category, value in exact.items()}
    by_need = sorted(
        mixture,
        key=lambda category: (
            -round(float(exact[category] - counts[category]), REMAINDER_DIGITS),
            accuracies.get(category, 0.5),
            category.value,
        ),
    )
    for category in by_need[: samples - sum(counts.values())]:
        counts[category] += 1
    return counts
