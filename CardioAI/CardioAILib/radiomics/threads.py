"""Work on numbered things on several threads, the calling one among them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def on_threads(
    count: int, threads: int, work: Callable[[int], None], report: Callable[[int, int], None]
) -> None:
    """Do every number once, on so many threads.

    A thread takes the next number when it is ready for it, which costs less than a job a number.
    The calling thread works too and reports between its numbers: one that only reported would
    have to wake up after every number, and take a core from those that work.

    Args:
        count: Numbers from 0.
        threads: At least 1, the calling one among them.
        work: Called with each number, on any of the threads.
        report: Called on the calling thread with how many numbers are done, and their count.

    Raises:
        Exception: What `work` or `report` raised first; numbers not yet begun are left out.
    """
    numbers, done = iter(range(count)), []
    reported = 0

    def follow() -> None:
        nonlocal reported
        while reported < len(done):
            reported += 1
            report(reported, count)

    def take(after: Callable[[], None]) -> None:
        try:
            for number in numbers:
                work(number)
                done.append(number)
                after()
        finally:
            # After an error, what no thread has begun is left out.
            deque(numbers, maxlen=0)

    with ThreadPoolExecutor(max(1, threads - 1)) as pool:
        others = [pool.submit(take, _nothing) for _ in range(threads - 1)]
        take(follow)
        for other in others:
            other.result()
    follow()


def _nothing() -> None:
    """Report to nobody."""
