"""Serving the double on this machine, and pointing clients to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.codeartifact_double.app import create_app
from tests.support.codeartifact_double.double import Double


class _QuietHandler(WSGIRequestHandler):
    wbufsize = -1  # head and body in one write; in two, a client now and then loses the answer

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - Werkzeug's name
        """Say nothing: the double has its own log."""


@contextmanager
def serve(double: Double) -> Iterator[str]:
    """Serve a double on a free port of the loopback interface; gives its URL."""
    app = create_app(double)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def environment(url: str, region: str = "eu-west-1", access_key: str = "double") -> dict[str, str]:
    """The variables that point boto3, the aws CLI and Terraform's AWS provider to a double.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    return {
        "AWS_ENDPOINT_URL_CODEARTIFACT": url,
        "AWS_ENDPOINT_URL_STS": url,
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": "double",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }


def provider_override(url: str, access_key: str = "double") -> str:
    """A file `*_override.tf` that points the provider block of a configuration to a double.

    https://developer.hashicorp.com/terraform/language/files/override. It does the same as the
    variables of `environment`, for where the environment is not the test's to set.
    """
    return f"""\
provider "aws" {{
  access_key                  = "{access_key}"
  secret_key                  = "double"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true

  endpoints {{
    codeartifact = "{url}"
    sts          = "{url}"
  }}
}}
"""
