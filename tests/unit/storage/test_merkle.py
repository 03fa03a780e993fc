"""The hash tree against RFC 6962's known roots, and proofs that hold for one entry only."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.merkle import Tree, included

ENTRIES = [
    bytes.fromhex(h)
    for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
entries = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    """The vectors that every RFC 6962 implementation is checked with, the empty tree included."""
    assert Tree(ENTRIES).root(size).hex() == ROOTS[size]


@given(entries, st.data())
def test_every_entry_of_every_size_is_proven(given_entries: list[bytes], data: st.DataObject) -> None:
    """A path leads from any entry to the root of any tree that holds it, also after more was appended."""
    tree = Tree()
    for entry in given_entries:
        tree.append(entry)
    size = data.draw(st.integers(1, len(tree)))
    index = data.draw(st.integers(0, size - 1))
    assert included(given_entries[index], index, size, tree.inclusion(index, size), tree.root(size))


@given(entries, st.data())
def test_a_proof_holds_for_nothing_else(given_entries: list[bytes], data: st.DataObject) -> None:
    """Another entry, place, root or path is refused."""
    tree = Tree(given_entries)
    size, index = len(tree), data.draw(st.integers(0, len(tree) - 1))
    entry, path, root = given_entries[index], tree.inclusion(index), tree.root()
    assert not included(entry + b"x", index, size, path, root)
    assert not included(entry, size, size, path, root)
    assert not included(entry, index, size, [*path, root], root)
    assert not included(entry, index, size, path, hashlib.sha256(root).digest())
    for place in range(len(path)):
        bent = [*path[:place], bytes(32), *path[place + 1 :]]
        assert not included(entry, index, size, bent, root)
        assert not included(entry, index, size, path[:place], root)


@given(entries)
def test_growing_gives_the_tree_that_was_made_at_once(given_entries: list[bytes]) -> None:
    """Cached subtrees never go stale."""
    grown = Tree()
    for n, entry in enumerate(given_entries, 1):
        grown.append(entry)
        assert grown.root() == Tree(given_entries[:n]).root()


@pytest.mark.parametrize(("index", "size"), [(3, 3), (-1, 3), (0, 4), (0, -1)])
def test_what_the_tree_has_not_is_not_proven(index: int, size: int) -> None:
    """A place or size outside the tree is an error, not a proof."""
    with pytest.raises(ValueError, match="tree"):
        Tree([b"a", b"b", b"c"]).inclusion(index, size)
