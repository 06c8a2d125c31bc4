"""How the time of a piece of work grows with its size, told apart from the noise of a busy machine."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

_TRIES = 6


def grows_linearly(work: Callable[[int], object], size: int, *, times: int = 10) -> bool:
    """Whether work on `times * size` takes about `times` as long as on `size`: at most three times that, where quadratic
    work takes `times` times that. Each is timed again while it looks too slow: noise passes, a wrong algorithm stays."""
    small = large = float("inf")
    for _ in range(_TRIES):
        small, large = min(small, _seconds(work, size)), min(large, _seconds(work, size * times))
        if large < 3 * times * small + 0.01:
            return True
    return False


def _seconds(work: Callable[[int], object], size: int) -> float:
    gc.collect()
    began = time.process_time()
    work(size)
    return time.process_time() - began
