"""The faces of loketbs and their wiring: command line, Teams, pages, settings, every Dutch sentence."""
