import type { SignInClient } from './clients/read-clients.ts';
import { consentsClientId } from './clients/schema.ts';
import { texts } from './pages/texts.ts';

/**
 * The page of consents as a client. Readers sign in to it as to any other, so that there is one way to sign in. Nobody exchanges its
 * codes.
 */
export const consentsClient = (issuer: URL): SignInClient => ({
  id: consentsClientId,
  name: texts.CONSENTS_CLIENT,
  redirectUris: [`${issuer.href}/consents`],
  postLogoutRedirectUris: [],
  backchannelLogoutUri: null,
  audience: 'reader',
  firstParty: true,
  scopes: [],
  idTokenAlgorithm: 'RS256',
  secret: null,
  partner: consentsClientId,
});
