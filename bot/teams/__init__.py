"""The desk's channel in Teams: cards and buttons, the bot and its line, commands, the Workflows fallback, the app package."""
