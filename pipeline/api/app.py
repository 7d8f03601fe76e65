"""The API: who may come in, and what every error looks like."""

from functools import cache
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.core.exceptions import ValidationError as FormError
from django.db import InterfaceError, OperationalError
from django.forms import BaseForm
from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, ValidationError
from ninja.operation import Operation
from ninja.security import HttpBearer, django_auth

from pipeline.access.people import LastAdmin
from pipeline.broker.outages import BrokerError
from pipeline.http import outages
from pipeline.runs.control import InvalidState

log = structlog.get_logger(__name__)


class Problem(Schema):
    """What went wrong and what to do; `errors` names the fields."""

    detail: str
    errors: dict[str, list[str]] | None = None


ERRORS = frozenset(
    {401, 403, 404, 409, 422, 503}
)  # what any route may answer, as a Problem


def _response_model(operation: Operation, declared: Any) -> type[Schema] | None:
    if declared is None:
        return None
    return _model_of(declared)


@cache
def _model_of(declared: Any) -> type[Schema]:
    given = {"__annotations__": {"response": declared}}
    return type("NinjaResponseSchema", (Schema,), given)


# Ninja makes a model anew for each status of each route, and every route may answer each of ERRORS:
# that was half of what loading the API costs each process.
Operation._create_response_model = _response_model  # type: ignore[assignment, method-assign]


class InvalidInput(Exception):
    """The input is invalid, by field."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(
            "; ".join(f"{name}: {' '.join(said)}" for name, said in errors.items())
        )
        self.errors = errors

    @classmethod
    def of(cls, form: BaseForm) -> "InvalidInput":
        """Return what is wrong with a form that is not valid."""
        return cls(errors_of(form.errors))


def errors_of(errors: ErrorDict) -> dict[str, list[str]]:
    """Return a form's errors as texts, by field."""
    return {name: [str(each) for each in said] for name, said in errors.items()}


class ByToken(HttpBearer):
    """The middleware has looked at the token before, and who brought a wrong one is not here any
    more."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return getattr(request, "token", None)


class Api(NinjaAPI):
    """Operations are called as their functions are."""

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)


api = Api(
    title="Gleaner",
    version="1",
    description="What the pages show, and what they do, for programs.",
    urls_namespace="api",
    docs_url=None,
    auth=[ByToken(), django_auth],
)


def problem(
    request: HttpRequest,
    status: int,
    detail: str,
    errors: dict[str, list[str]] | None = None,
) -> HttpResponse:
    """Return an error as JSON."""
    given = {"detail": detail} | ({"errors": errors} if errors else {})
    response: HttpResponse = api.create_response(request, given, status=status)
    return response


@api.exception_handler(InvalidInput)
def _bad_input(request: HttpRequest, error: InvalidInput) -> HttpResponse:
    return problem(request, 422, str(error), error.errors)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    for each in error.errors:
        place = [
            str(part) for part in each["loc"][2 if each["loc"][0] == "body" else 1 :]
        ] or [str(each["loc"][-1])]
        errors.setdefault(".".join(place), []).append(str(each["msg"]))
    return _bad_input(request, InvalidInput(errors))


@api.exception_handler(FormError)
def _refused(request: HttpRequest, error: FormError) -> HttpResponse:
    return problem(request, 422, " ".join(error.messages))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(request, 413, "The request is larger than 5 MB.")


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(
        request,
        401,
        "Authentication required. Send a token: Authorization: Bearer ... Create one at /account/.",
    )


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, f"{error}" if error.args else "Not found.")


@api.exception_handler(InvalidState)
def _not_possible(request: HttpRequest, error: InvalidState) -> HttpResponse:
    return problem(request, 409, f"Not possible in this state: {error}.")


@api.exception_handler(LastAdmin)
def _last_admin(request: HttpRequest, error: LastAdmin) -> HttpResponse:
    return problem(request, 409, str(error))


@api.exception_handler(BrokerError)
@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def _away(request: HttpRequest, error: Exception) -> HttpResponse:
    outage = outages.answer(error)
    assert outage is not None
    return outages.error_response(outage)


@api.exception_handler(Exception)
def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("api_crashed", path=request.path)
    return problem(request, 500, outages.FAULT)
