"""Commands and responses of ISO/IEC 7816-4, and the loop that drives an exchange of them."""
