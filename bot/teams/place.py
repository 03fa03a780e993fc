"""Where the channel is: told by Teams when the app was installed, and kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from storage.channel import Channel

_NAME = "teams"


@dataclass(frozen=True, slots=True)
class Place:
    """The conversation in which we post, the team it belongs to, and the address of Teams' service for it."""

    service: str
    conversation: str
    team: str


def place_of(channel: Channel) -> Place | None:
    """Where the channel is; None until the app was installed."""
    kept = channel.place(_NAME)
    return Place(**{name: str(kept[name]) for name in ("service", "conversation", "team")}) if kept else None


def keep_place(channel: Channel, place: Place) -> None:
    """Keep it."""
    channel.set_place(_NAME, asdict(place))
