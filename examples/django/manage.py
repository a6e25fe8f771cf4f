"""A portal in one file: its page from a template, and everything below /restore/ from the backend."""

import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, re_path
from django.views.static import serve

HERE = Path(__file__).parent
BACKEND = os.environ.get("BACKEND", "http://127.0.0.1:8081")
# What the dialog sends and the backend should see; cookies and the CSRF token stay here.
PASSED_ON = ("Accept", "Content-Type", "Idempotency-Key", "Restore-Reason")

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    CSRF_COOKIE_HTTPONLY=True,
    CSRF_FAILURE_VIEW=f"{__name__}.refused",
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of the sample alone",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [HERE / "templates"]}],
)


def backups(request):
    page = render(request, "backups.html", {"project": "64f1c0de0a1b2c3d4e5f6001", "snapshot": "6b04efa0066650660db4c887"})
    page["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
    return page


def refused(request, reason=""):
    """As data: of a page, the dialog could not tell whether it came from before or after the restore was started."""
    return JsonResponse({"error": 403, "errorCode": "CSRF", "detail": reason, "parameters": [], "reason": "Forbidden"}, status=403)


def restore(request):
    """Django's middleware has refused a POST without the token by now. Here a portal looks at who asks."""
    headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
    call = urllib.request.Request(BACKEND + request.get_full_path(), request.body or None, headers, method=request.method)
    try:
        answer = urllib.request.urlopen(call)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return HttpResponse(answer.read(), status=answer.status, content_type=answer.headers["Content-Type"])


urlpatterns = [
    path("", backups),
    re_path("^restore/", restore),
    path("static/<path:path>", serve, {"document_root": HERE / "static"}),
    path("atlas-restore-dialog/<path:path>", serve, {"document_root": HERE / "atlas-restore-dialog"}),
]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
