/**
 * The clients of the clients file, as metadata of oidc-provider (OpenID Connect Dynamic Client Registration, section 2).
 */
import { type ClientMetadata, errors, type Provider } from 'oidc-provider';
import { withoutUndefined } from '../../../platform/without-undefined.ts';
import type { SignInClient } from '../clients/read-clients.ts';

/** Returns the client with an id. @throws InvalidClient */
export type ClientOf = (id: string) => SignInClient;

export const isPublic = ({ secret, keys }: SignInClient): boolean => secret === null && keys === null;

/**
 * Checks that the provider accepts all clients. The provider itself checks a client only at its first request.
 * @throws Error that names the first refused client
 */
export async function requireClients(provider: Provider, clients: readonly SignInClient[]): Promise<void> {
  for (const { id } of clients) {
    try {
      await provider.Client.find(id);
    } catch (error) {
      const reason = error instanceof errors.OIDCProviderError ? error.error_description : undefined;
      throw new Error(`SIGN_IN_CLIENTS_FILE: the client ${id} can't be used: ${reason ?? String(error)}`);
    }
  }
}

export function metadataOf(client: SignInClient): ClientMetadata {
  const scopes = [
    ...['openid', 'offline_access'],
    ...(client.firstParty ? ['patron'] : []),
    ...(client.ageBand ? ['age_band'] : []),
  ];
  const isNative = client.redirectUris.some((uri) => !/^https?:/.test(uri));
  const hasLogout = client.backchannelLogoutUri !== null;
  return withoutUndefined({
    client_id: client.id,
    client_name: client.name.en,
    ...authenticationOf(client),
    application_type: isNative ? 'native' : 'web',
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    backchannel_logout_uri: client.backchannelLogoutUri ?? undefined,
    backchannel_logout_session_required: hasLogout ? true : undefined,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: scopes.join(' '),
    subject_type: 'pairwise',
    // The provider requires this URI if redirect URIs have several hosts. It would make pseudonyms from the URI. Here
    // the graph makes the pseudonyms, from the partner's name, so the URI isn't used.
    sector_identifier_uri: `https://sectors.invalid/${client.id}`,
    id_token_signed_response_alg: client.idTokenAlgorithm,
  });
}

/**
 * How a client authenticates itself at the token endpoint. From a client with `client_secret_basic`, the provider also
 * accepts the secret in the body (`client_secret_post`).
 */
function authenticationOf({ secret, keys }: SignInClient): Partial<ClientMetadata> {
  if (keys !== null) {
    const where = 'url' in keys ? { jwks_uri: keys.url } : { jwks: { keys: [...keys.keys] } };
    return { token_endpoint_auth_method: 'private_key_jwt', ...where };
  }
  return secret === null
    ? { token_endpoint_auth_method: 'none' }
    : { token_endpoint_auth_method: 'client_secret_basic', client_secret: secret };
}
