"""Values that tell which they are, and whether they are whole."""


def value_of(name, size):
    """`size` bytes (or as many as the name has) that nothing but the value `name` looks like. The third
    of the words that "/" separates in a name is its size."""
    unit = f"<{name}>".encode()
    return (unit * (size // len(unit) + 1))[: max(size, len(unit))]


def name_of(body):
    """The name of the value that `body` is, whole; AssertionError for anything torn or mixed."""
    name = body[1 : body.index(b">")].decode()
    size = int(name.split("/")[2])
    assert body == value_of(name, size), f"{len(body)} bytes that are not the value {name}"
    return name
