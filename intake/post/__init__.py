"""Post: paper that was scanned. Its pages made upright, read by OCR, and laid out as blocks like those of any other document."""
