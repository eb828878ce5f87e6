import { rememberTokens, signToken } from '../graph/tokens.ts';
import { ownClientId } from './clients/schema.ts';
import type { SigningKeys } from './provider/signing-keys.ts';

/**
 * This service as a client of the graph. No other client can have this id or this scope, so the graph recognizes the
 * service by them.
 */
export const ownTokenClient = { clientId: ownClientId, scope: 'sign-in', branch: null } as const;

/**
 * The tokens with which this service calls the graph. They are signed with the same keys as the tokens for clients, so
 * the gateway needs only one issuer in its configuration.
 */
export function ownTokens(keys: SigningKeys, issuer: URL, audience: string): () => Promise<string> {
  const tokenFor = rememberTokens(async (client) => {
    const key = keys.current().keys.find(({ alg }) => alg === 'ES256');
    if (key === undefined) {
      throw new Error('sign-in: there is no key for ES256');
    }
    return await signToken(client, { issuer: issuer.href, audience, key });
  });
  return () => tokenFor(ownTokenClient);
}
