"""What of an answer is compared with another one's."""


def headers(answer) -> dict:
    """All but the number of the request, which each answer has of its own."""
    return {name: value for name, value in answer.items() if name != "X-Request-ID"}
