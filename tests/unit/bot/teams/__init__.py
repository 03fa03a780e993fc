"""The bot in Teams."""
