"""Memory that one update has freed, kept for the next.

An update's tensors are as large as the last one's. glibc gives large ones back to the system, which
clears every page of them before the next update can use it: that takes up to a third of the time
where batches are large.
"""

import ctypes
import functools

# Arguments of mallopt(3): from how many bytes the free end of a heap is given back, and from how
# many a piece of memory is mapped on its own, of which glibc takes 32 MiB at most.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
KEPT, LARGEST = 1 << 30, 32 << 20


@functools.cache
def keep_freed_memory() -> bool:
    """Have glibc keep freed memory in this process, up to 1 GiB; return whether it does.

    Other libraries do as they always do.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # not Linux, or Windows, which takes no None
        return False
    return bool(mallopt(TRIM_THRESHOLD, KEPT) and mallopt(MMAP_THRESHOLD, LARGEST))
