"""Every error that CardioAI raises on purpose, in one place.

Each says what was got, what was wanted and how to fix it, so that a message alone is enough
to act on.
"""


class CardioAIError(Exception):
    """An error that names its cause and its cure.

    Args:
        got: What was found.
        wanted: What is needed.
        fix: What the user can do about it.
    """

    def __init__(self, *, got: str, wanted: str, fix: str) -> None:
        self.got, self.wanted, self.fix = got, wanted, fix
        super().__init__(f"Got {got}; wanted {wanted}. To fix: {fix}.")


class InputError(CardioAIError, ValueError):
    """An array, image or argument is not what the function needs."""


class MissingInputError(InputError):
    """A study lacks an image or mask that the system needs."""


class GridMismatchError(InputError):
    """Image and mask do not lie on the same voxel grid."""


class EmptyMaskError(InputError):
    """A mask has no pixel of the structure that is asked for."""


class ArmUnavailable(InputError):  # noqa: N818 - a state of affairs, which other arms survive
    """A study lacks what one arm needs; the other arms may judge it."""


class UnreadableFileError(CardioAIError, OSError):
    """A file cannot be read as what it claims to be."""


class CohortError(CardioAIError, ValueError):
    """A cohort table, or the set of its subjects, cannot be used as asked."""


class ModelError(CardioAIError, ValueError):
    """A model folder is damaged, foreign, or of another system."""


class NotFittedError(CardioAIError, ValueError):
    """Something that learns was used before it had learned."""


class DependencyError(CardioAIError, ImportError):
    """An optional package is needed and absent."""


class ResumeError(CardioAIError, ValueError):
    """An output folder holds results of another run."""


class CancelledError(KeyboardInterrupt):
    """The user asked to stop; like Ctrl-C, it passes by whoever handles errors."""
