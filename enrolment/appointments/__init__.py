"""Opening hours, slots and bookings: no two people at one counter at one time."""
