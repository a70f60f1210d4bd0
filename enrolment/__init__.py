"""The office: composes the libraries into the way from an application to a card in a hand."""
