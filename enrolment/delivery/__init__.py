"""Hand-over, the life of a card, erasure of biometrics and its proof."""
