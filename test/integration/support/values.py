"""Values that say who wrote them, so that a torn or mixed one cannot pass for whole."""


def value_of(name, size):
    """`size` bytes (or as many as the name has) that nothing but the value `name` looks like."""
    unit = f"<{name}>".encode()
    return (unit * (size // len(unit) + 1))[: max(size, len(unit))]


def name_of(body):
    """The name, .../.../size, of the value that `body` is, whole; AssertionError for anything else."""
    name = body[1 : body.index(b">")].decode() if b">" in body[:200] else ""
    parts = name.split("/")
    size = int(parts[2]) if len(parts) > 2 and parts[2].isdigit() else -1
    assert body == value_of(name, size), f"{len(body)} bytes that are not a value: {body[:100]!r}"
    return name
