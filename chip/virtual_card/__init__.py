"""The chip in software: memory, file system, access rules, protocols, life cycle; bytes in, bytes out."""
