"""The weekly overview: counted from the ledger, shown as a card, as mail and as a page, sent once per ISO week."""
