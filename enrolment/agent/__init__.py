"""The desk agent: owns scanner and card reader on the officer's machine, speaks to the office's page on loopback."""
