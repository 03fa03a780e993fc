"""The hash tree of RFC 6962 §2.1 (the same in RFC 9162 §2.1): one root stands for every event, a short path proves one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data): the hash of an entry, 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right): the hash of an inner node, 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree; holds the leaf hashes, and the roots of full subtrees, which never change."""

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        self._leaves = [leaf_hash(entry) for entry in entries]
        self._full: dict[tuple[int, int], bytes] = {}

    def __len__(self) -> int:
        return len(self._leaves)

    def append(self, entry: bytes) -> int:
        """Add an entry; returns its index, counted from 0."""
        self._leaves.append(leaf_hash(entry))
        return len(self._leaves) - 1

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` entries (all for None). ValueError for a size the tree has not."""
        return self._hash(0, self._within(len(self) if size is None else size))

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The audit path of an entry in the tree of `size` entries, sibling of the leaf first (RFC 6962 §2.1.1)."""
        size = self._within(len(self) if size is None else size)
        if not 0 <= index < size:
            raise ValueError(f"entry {index} is not in a tree of {size}")
        path, low, high = list[bytes](), 0, size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._hash(middle, high))
                high = middle
            else:
                path.append(self._hash(low, middle))
                low = middle
        return path[::-1]

    def _within(self, size: int) -> int:
        if not 0 <= size <= len(self):
            raise ValueError(f"the tree has {len(self)} entries, not {size}")
        return size

    def _hash(self, low: int, high: int) -> bytes:
        count = high - low
        if count == 0:
            return hashlib.sha256(b"").digest()
        if count == 1:
            return self._leaves[low]
        if (low, high) in self._full:
            return self._full[low, high]
        middle = low + _split(count)
        root = node_hash(self._hash(low, middle), self._hash(middle, high))
        if count & (count - 1) == 0:
            self._full[low, high] = root
        return root


def included(entry: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that `entry` is number `index` of the `size` entries under `root` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, reached = index, size - 1, leaf_hash(entry)
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            reached = node_hash(sibling, reached)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and reached == root


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)
