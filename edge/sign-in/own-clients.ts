import type { SignInClient } from './clients/read-clients.ts';
import { consentsClientId } from './clients/schema.ts';
import { texts } from './pages/texts.ts';

/**
 * The consents page as a client of the provider. Readers sign in to the page as they sign in to any other client. The
 * page's authorization codes are never exchanged for tokens.
 */
export const consentsClient = (issuer: URL): SignInClient => ({
  id: consentsClientId,
  name: texts.SIGN_INS_CLIENT,
  redirectUris: [`${issuer.href}/consents`],
  postLogoutRedirectUris: [],
  backchannelLogoutUri: null,
  audience: 'reader',
  firstParty: true,
  scopes: [],
  idTokenAlgorithm: 'RS256',
  secret: null,
  keys: null,
  withoutPkce: false,
  ageBand: false,
  files: [],
  partner: consentsClientId,
});
