"""What a page says in one plain sentence."""


class InputError(ValueError):
    """Input that cannot be read; its message is one plain sentence for the page."""
