import { signToken, type TokenSource } from '../graph/tokens.ts';
import { ownClientId } from './clients/schema.ts';
import type { SigningKeys } from './provider/signing-keys.ts';

/** What the graph knows the service by: a scope and an audience of its own, and a client that no other can be. */
export const ownTokenClient = { clientId: ownClientId, scope: 'sign-in' } as const;

/** Signs the service's own tokens for the graph with the keys that sign everybody's, so that one issuer is configured there. */
export const ownTokens =
  (keys: SigningKeys, issuer: URL, audience: string): TokenSource =>
  async (client) => {
    const key = keys.current().keys.find(({ alg }) => alg === 'ES256');
    if (key === undefined) {
      throw new Error('sign-in: there is no key for ES256');
    }
    return await signToken(client, { issuer: issuer.href, audience, key });
  };
