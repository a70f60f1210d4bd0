"""Ways to a card: in memory, through PC/SC, recorded; and the way a card in software gets into a reader."""
