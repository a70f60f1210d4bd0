"""Is this a portrait that a card may bear?"""
