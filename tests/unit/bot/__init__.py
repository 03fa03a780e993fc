"""Facts about the faces: texts, cards, pages."""
