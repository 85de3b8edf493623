"""What any text that people or programs send must be. Pure."""


def is_unicode(said: str) -> bool:
    """No lone surrogates: neither database nor browser could hold them."""
    try:
        said.encode()
    except UnicodeEncodeError:
        return False
    return True
