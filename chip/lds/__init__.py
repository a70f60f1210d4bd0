"""The logical data structure of Doc 9303-10: one elementary file a module, each with `encode` and `decode`."""
