"""Where programs sign in: the OpenID configuration, device codes and tokens."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from store.practice import assertion
from store.practice.aadsts import Refused
from store.practice.cloud import Practice
from store.practice.grants import DEVICE_LIFE, SignedIn
from store.practice.idtoken import encoded, id_token, keys
from store.practice.pages import fields, host_of
from store.practice.scopes import Asked, asked
from store.practice.tenants import Tenant
from store.practice.tokens import LIFE

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_PAUSE = 1  # seconds between two questions of a program that waits for its device code

_Fields = dict[str, str]


def routes(practice: Practice) -> list[Route]:
    """The addresses that a program asks."""
    oauth = _OAuth(practice)
    return [
        Route("/{tenant}/v2.0/.well-known/openid-configuration", oauth.configuration),
        Route("/{tenant}/discovery/v2.0/keys", oauth.keys),
        Route("/{tenant}/oauth2/v2.0/devicecode", oauth.begin, methods=["POST"]),
        Route("/{tenant}/oauth2/v2.0/token", oauth.token, methods=["POST"]),
    ]


class _OAuth:
    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._grants = practice.tokens.grants

    async def configuration(self, request: Request) -> Response:
        with self._practice.lock:
            try:
                tenant = self._grants.tenant(request.path_params["tenant"])
            except Refused as refusal:
                return self._refused(request, refusal)
        base = f"{self._here(request)}/{tenant.id if tenant else request.path_params['tenant']}"
        return JSONResponse(
            {
                "issuer": f"{base}/v2.0" if tenant else f"{self._here(request)}/{{tenantid}}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "tenant_region_scope": None,
            }
        )

    async def keys(self, request: Request) -> Response:
        return JSONResponse(keys())

    async def begin(self, request: Request) -> Response:
        given = await fields(request)
        with self._practice.lock:
            try:
                self._known(request, given)
                device = self._grants.begin(
                    request.path_params["tenant"], asked(given.get("scope", ""))
                )
            except Refused as refusal:
                return self._refused(request, refusal)
        address = f"{self._here(request)}/devicelogin"
        return JSONResponse(
            {
                "user_code": device.user_code,
                "device_code": device.device_code,
                "verification_uri": address,
                "expires_in": int(DEVICE_LIFE.total_seconds()),
                "interval": _PAUSE,
                "message": (
                    f"PRACTICE: open {address} in a browser and enter the code "
                    f"{device.user_code} to sign in."
                ),
            }
        )

    async def token(self, request: Request) -> Response:
        given = await fields(request)
        with self._practice.lock:
            try:
                body = self._token(request, given)
            except Refused as refusal:
                return self._refused(request, refusal)
        return JSONResponse(body, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})

    def _token(self, request: Request, given: _Fields) -> dict[str, object]:
        grants = self._grants
        tenant = grants.tenant(request.path_params["tenant"])
        self._known(request, given)
        grant = given.get("grant_type", "")
        if grant == "client_credentials":
            return self._for_app(request, given, tenant)
        self._proven(request, given)
        match grant:
            case "authorization_code":
                code = grants.redeem(
                    given.get("code", ""),
                    given.get("redirect_uri", ""),
                    given.get("code_verifier", ""),
                )
                signed_in, wanted, nonce = code.signed_in, code.asked, code.nonce
            case "refresh_token":
                signed_in = grants.refresh(given.get("refresh_token", ""))
                wanted, nonce = asked(given.get("scope", "")), ""
            case _ if grant == DEVICE_GRANT:
                device_code = given.get("device_code") or given.get("code", "")
                (signed_in, wanted), nonce = grants.device(device_code), ""
            case _:
                raise Refused(70003, grant=grant)
        signed_in = grants.entered(signed_in, tenant or signed_in.tenant)
        return self._for_user(request, signed_in, wanted, nonce)

    def _for_user(
        self, request: Request, signed_in: SignedIn, wanted: Asked, nonce: str
    ) -> dict[str, object]:
        user, tenant = signed_in.user, signed_in.tenant
        granted = self._grants.granted(tenant, wanted)
        token = self._practice.tokens.issue(user.id, tenant.id, granted, mfa=signed_in.mfa)
        body: dict[str, object] = {
            "token_type": "Bearer",
            "scope": wanted.said(granted),
            "expires_in": _seconds(),
            "ext_expires_in": _seconds(),
            "access_token": token,
            "client_info": encoded({"uid": user.id, "utid": signed_in.home.id}),
        }
        if "offline_access" in wanted.openid:
            body["refresh_token"] = self._grants.give_refresh(signed_in)
        if "openid" in wanted.openid:
            body["id_token"] = id_token(
                signed_in,
                issuer=f"{self._here(request)}/{tenant.id}/v2.0",
                audience=self._practice.app.client_id,
                nonce=nonce,
                now=self._practice.clock.now(),
            )
        return body

    def _for_app(
        self, request: Request, given: _Fields, tenant: Tenant | None
    ) -> dict[str, object]:
        self._proven(request, given, secret=True)
        if not asked(given.get("scope", "")).default:
            raise Refused(70011, scopes=given.get("scope", ""))
        if tenant is not self._practice.partner:
            raise Refused(
                7000229,
                client=self._practice.app.client_id,
                tenant=tenant.name if tenant else request.path_params["tenant"],
            )
        return {
            "token_type": "Bearer",
            "expires_in": _seconds(),
            "ext_expires_in": _seconds(),
            "access_token": self._practice.tokens.for_app(),
        }

    def _known(self, request: Request, given: _Fields) -> None:
        """Refuses a program that is not registered."""
        client = given.get("client_id", "")
        if client.casefold() != self._practice.app.client_id.casefold():
            raise Refused(700016, client=client, tenant=request.path_params["tenant"])

    def _proven(self, request: Request, given: _Fields, *, secret: bool = False) -> None:
        """Refuses a program that does not prove who it is, where that is asked of it."""
        app = self._practice.app
        if "client_secret" in given:
            raise Refused(7000215)
        if "client_assertion" in given and given.get("client_assertion_type") == assertion.JWT:
            assertion.check(app, given["client_assertion"], request.url.path)
        elif secret or not app.public_client:
            raise Refused(7000218)

    def _here(self, request: Request) -> str:
        """This place under the name that the caller knows it by, which `ssh -L` may change."""
        return f"https://{host_of(request) or self._practice.host}"

    def _refused(self, request: Request, refusal: Refused) -> Response:
        correlation = request.headers.get("client-request-id", "")
        return JSONResponse(refusal.body(self._practice.clock.now(), correlation), refusal.status)


def _seconds() -> int:
    return int(LIFE.total_seconds())
