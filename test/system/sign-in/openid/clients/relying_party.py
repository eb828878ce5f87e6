"""Authlib as a relying party. Arguments: issuer, client id, secret, redirect URI. Reads the URL of the answer from stdin."""
import json
import sys

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from authlib.oidc.core import CodeIDToken

issuer, client_id, secret, redirect_uri = sys.argv[1:]
metadata = requests.get(issuer + "/.well-known/openid-configuration", timeout=5).json()
session = OAuth2Session(
    client_id, secret, scope="openid", redirect_uri=redirect_uri, code_challenge_method="S256"
)
nonce, verifier = generate_token(), generate_token(48)
url, state = session.create_authorization_url(
    metadata["authorization_endpoint"], nonce=nonce, code_verifier=verifier
)
print(url, flush=True)
answer = sys.stdin.readline().strip()
token = session.fetch_token(
    metadata["token_endpoint"], authorization_response=answer, state=state, code_verifier=verifier
)
keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"], timeout=5).json())
claims = jwt.decode(
    token["id_token"],
    keys,
    claims_cls=CodeIDToken,
    claims_options={"iss": {"values": [issuer]}, "aud": {"values": [client_id]}},
    claims_params={"nonce": nonce, "client_id": client_id, "access_token": token["access_token"]},
)
claims.validate()
refreshed = session.refresh_token(metadata["token_endpoint"])
info = session.get(metadata["userinfo_endpoint"]).json()
session.revoke_token(metadata["revocation_endpoint"], token=refreshed["refresh_token"])
after = requests.get(
    metadata["userinfo_endpoint"],
    headers={"authorization": "Bearer " + refreshed["access_token"]},
    timeout=5,
)
print(json.dumps({"claims": dict(claims), "info": info, "afterRevocation": after.status_code}), flush=True)
