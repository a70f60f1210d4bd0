"""What chip and terminal say to each other: the computations of both sides, and the terminal's part as exchanges."""
