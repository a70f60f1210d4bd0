"""One file per topic of the law: functions from facts and book to findings."""
