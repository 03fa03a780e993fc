"""What was kept, and the proof of it: vault, ledger, dossiers, durable work; imports neither intake nor bot."""
