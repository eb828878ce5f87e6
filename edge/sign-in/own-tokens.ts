import { rememberTokens, signToken } from '../graph/tokens.ts';
import { ownClientId } from './clients/schema.ts';
import type { SigningKeys } from './provider/signing-keys.ts';

/**
 * The service's own scope, and a client id that no other client can have. The graph recognizes the service by this id
 * and scope.
 */
export const ownTokenClient = { clientId: ownClientId, scope: 'sign-in', branch: null } as const;

/**
 * The service's own tokens. They are signed with the same keys as all others, so the gateway's configuration needs only
 * one issuer.
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
