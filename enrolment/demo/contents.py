"""The files that a demonstration leaves, and what each is."""

WHAT_EACH_IS = {
    "front.png, back.png": "the two sides of the card at 600 dpi, 85.60 x 53.98 mm",
    "card.pdf": "the same two sides with their text as text, one page each, in the card's own size",
    "receipt.pdf": "the receipt that the applicant was given: try `station seal verify receipt.pdf --trust trust`",
    "trust/": "the test certificates that the receipt's seal and the card's signature are checked with",
    "chip/": "the chip's files as they lie on the card (raw EF contents), without the keys that a chip never gives out",
    "inspection.json": "what a terminal found on the finished card (the same as `station card read --json`)",
    "inspection.html": "the same as a page: open it in a browser",
    "journal.jsonl": "the office's journal: who did what when, each entry chained to the one before by its hash",
    "erasure.json": "the proof that the station kept no biometrics: what was searched for, where, and what was found",
    "README.txt": "this page",
}
