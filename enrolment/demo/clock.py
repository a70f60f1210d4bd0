"""The demonstration's clock: it starts on the day that the application was filed, so that no sample ever grows old."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENING = time(9, 0)


@dataclass(slots=True)
class DemoClock:
    """Goes on only when it is told to."""

    now: datetime

    @classmethod
    def on(cls, day: date, time_zone: str) -> "DemoClock":
        """Nine in the morning of `day`."""
        return cls(datetime.combine(day, OPENING, ZoneInfo(time_zone)))

    def __call__(self) -> datetime:
        return self.now

    def minutes(self, count: int) -> datetime:
        """So many minutes later."""
        self.now += timedelta(minutes=count)
        return self.now

    def move_to(self, moment: datetime) -> datetime:
        """To a later moment; never back."""
        self.now = max(self.now, moment.astimezone(self.now.tzinfo))
        return self.now

    @property
    def today(self) -> date:
        """The day it is."""
        return self.now.date()
