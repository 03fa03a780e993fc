"""The postal version beside the frozen one: the same view as a page of the dossier and as one self-contained report."""
