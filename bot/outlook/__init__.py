"""What the desk's people and partners see in their mail: receipts, draft replies, categories, folders."""
