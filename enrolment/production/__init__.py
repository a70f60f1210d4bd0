"""Production: from a decided case to a card that was made, checked and shipped."""
