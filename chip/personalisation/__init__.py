"""From a chip image to a loaded, locked chip: the secure channel to a blank, the script of writes, the loader."""
