"""What no address takes is refused before anything else is asked: PUT, PATCH, TRACE, CONNECT and invented words."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

READ = ("GET", "HEAD", "OPTIONS", "POST")
DESK = (*READ, "DELETE")  # unsaved text is dropped by a DELETE


class Methods:
    """Middleware: 405 with what is taken. Which of these an address takes it says itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        taken = DESK if request.path_info.startswith("/admin/") else READ
        return self.get_response(request) if request.method in taken else HttpResponseNotAllowed(taken)
