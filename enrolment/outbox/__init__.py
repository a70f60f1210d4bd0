"""What leaves the house: letters, mails, reminders, written with the act that causes them, delivered afterwards."""
