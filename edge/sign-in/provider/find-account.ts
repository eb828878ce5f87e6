/** Finds the provider's account of a person, and checks the person's sign-in before a token is used. */
import { errors, type FindAccount } from 'oidc-provider';
import type { SignInClient } from '../clients/read-clients.ts';
import type { Claims } from './accounts.ts';
import type { ClientOf } from './client-metadata.ts';
import type { EndIfSuperseded } from './superseded-sign-ins.ts';
import { requireNoRace } from './tokens/refresh-races.ts';

export type ClaimsFor = (request: object, accountId: string, clientId: string) => Promise<Claims>;

/**
 * Calls the graph before a refresh token is used up. If the graph doesn't answer, the client can send the same token
 * again.
 */
export const finding =
  (
    claimsFor: ClaimsFor,
    clientOf: ClientOf,
    endIfSuperseded: EndIfSuperseded,
    now: () => number,
  ): FindAccount =>
  async (ctx, accountId, token) => {
    if (token !== undefined && token.kind === 'RefreshToken') {
      const client = clientOf(token.clientId ?? '');
      if (await endIfSuperseded(ctx, accountId, client, { session: token.sessionUid, at: token.authTime })) {
        throw new errors.InvalidGrant('the reader has to sign in again');
      }
      requireGoodStanding(client, await claimsFor(ctx, accountId, client.id));
      requireNoRace(token, now());
    }
    if (token !== undefined && token.kind === 'AccessToken') {
      // After the person's sign-in has ended, userinfo refuses the access token. The token contains only the time of
      // its own issue, and not the time of the sign-in.
      const client = clientOf(token.clientId ?? '');
      if (await endIfSuperseded(ctx, accountId, client, { session: undefined, at: token.iat })) {
        return undefined;
      }
    }
    return {
      accountId,
      claims: async () => ({
        ...(await claimsFor(ctx, accountId, ctx.oidc.client?.clientId ?? '')),
        // This `sub` is the account id. To get the `sub` that a client sees, the provider calls `pairwiseIdentifier`.
        sub: accountId,
      }),
    };
  };

/**
 * The library's own clients act for the reader, so a bad standing ends the sign-ins at these clients. After a card is
 * lost, somebody with the reader's phone must therefore sign in again. A sign-in requires a valid card number and its
 * PIN. Other services only receive the standing.
 * @throws InvalidGrant
 */
function requireGoodStanding({ firstParty }: SignInClient, { library_standing: standing }: Claims): void {
  if (firstParty && standing === 'not_good') {
    throw new errors.InvalidGrant('the reader has to sign in again');
  }
}
