"""A portal in one file: its page from a template, and everything below /restore/ from the backend."""

import http.client
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
SECONDS = 30
PASSED_ON = ("Accept", "Content-Type", "Idempotency-Key", "Restore-Reason")

# What the dialog reads of an answer: its clock, and how long it is to wait.
PASSED_BACK = ("Content-Type", "Date", "Retry-After")

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
        answer = urllib.request.urlopen(call, timeout=SECONDS)
    except urllib.error.HTTPError as error:
        answer = error
    except OSError as error:
        return no_answer(error)
    with answer:
        try:
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            return no_answer(error)
        passed_back = {name: answer.headers[name] for name in PASSED_BACK if name in answer.headers}
        return HttpResponse(body, status=answer.status, headers=passed_back)


def no_answer(error):
    """Whether the restore was started is not known then, and the dialog says so: 504 is no refusal."""
    return JsonResponse({"error": 504, "detail": str(error), "parameters": [], "reason": "Gateway Timeout"}, status=504)


urlpatterns = [
    path("", backups),
    re_path("^restore/", restore),
    path("static/<path:path>", serve, {"document_root": HERE / "static"}),
    path("atlas-restore-dialog/<path:path>", serve, {"document_root": HERE / "atlas-restore-dialog"}),
]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
