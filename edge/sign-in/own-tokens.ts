import { rememberTokens, signToken } from '../graph/tokens.ts';
import { ownClientId } from './clients/schema.ts';
import type { SigningKeys } from './provider/signing-keys.ts';

/** How the graph knows the service: by its own scope, and by a client id that no other client can have. */
export const ownTokenClient = { clientId: ownClientId, scope: 'sign-in' } as const;

/** The service's own tokens, signed with the keys of all others, so that the gateway's configuration needs one issuer for both. */
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
