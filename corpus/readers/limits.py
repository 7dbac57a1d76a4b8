"""How much one file may ask for, in one place.

Takes    the size of a file
Gives    bounds in bytes, seconds, characters and members          Never  enforces them: sandbox, worker and readers do
"""

MEBIBYTE = 1 << 20

# A file as it comes, and what it may unpack to. A book is a few megabytes; what is larger is a mistake or an attack.
LARGEST_FILE = 200 * MEBIBYTE
MOST_UNPACKED = 500 * MEBIBYTE
# Real office files shrink to between a half and a fiftieth; a bomb of zeros shrinks to a thousandth. Small members may.
STEEPEST_RATIO = 200
FREE_OF_RATIO = 10 * MEBIBYTE
MOST_MEMBERS = 10_000
# An archive in a letter in an archive is read, one more is not.
DEEPEST_NESTING = 3

# What one file may say: about ten novels of the longest kind. A document of more is cut up by its owner.
MOST_CHARACTERS = 20_000_000
MOST_DOCUMENTS = 100_000
LARGEST_REPLY = 256 * MEBIBYTE

_MEMORY = 1024 * MEBIBYTE


def seconds_for(size: int) -> int:
    """Return the seconds of processor time that a file of so many bytes may take."""
    return min(15 + 5 * size // MEBIBYTE, 300)


def memory_for(size: int) -> int:
    """Return the bytes of memory that a file of so many bytes may take on top of what the reader itself needs."""
    return _MEMORY + 4 * size
