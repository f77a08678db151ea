"""As much of STS as a client asks before it starts: who am I?

The protocol is Query, the answer XML:
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html.
"""

from xml.sax.saxutils import escape

from tests.support.codeartifact_double.protocol import Answer

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_REQUEST = "00000000-0000-0000-0000-000000000000"
_HEADERS = {"Content-Type": "text/xml"}


def caller_identity(account: str) -> Answer:
    """The caller as a user of its account."""
    body = f"""\
<GetCallerIdentityResponse xmlns="{_NAMESPACE}">
  <GetCallerIdentityResult>
    <Arn>arn:aws:iam::{account}:user/double</Arn>
    <UserId>AIDADOUBLE</UserId>
    <Account>{account}</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata><RequestId>{_REQUEST}</RequestId></ResponseMetadata>
</GetCallerIdentityResponse>
"""
    return Answer(200, _HEADERS, body)


def refusal(status: int, code: str, message: str) -> Answer:
    """An error in the form of the Query protocol."""
    body = f"""\
<ErrorResponse xmlns="{_NAMESPACE}">
  <Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>
  <RequestId>{_REQUEST}</RequestId>
</ErrorResponse>
"""
    return Answer(status, _HEADERS, body)
