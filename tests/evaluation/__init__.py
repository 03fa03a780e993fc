"""The scoreboard (`make eval`): how well loketbs judges the labelled corpus in `../shared`."""
