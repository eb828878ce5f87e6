/** After a new PIN or a lost card, persons who signed in before must sign in again. */
import type { SignInClient } from '../clients/read-clients.ts';
import { type Accounts, personOf } from './accounts.ts';
import type { SignOuts } from './sign-outs.ts';

/**
 * Whether a person who signed in at `signedInAt` (seconds since 1970) must sign in again. If so, all outdated sign-ins
 * of the person end. Rejects as `Accounts` does.
 */
export type EndIfSuperseded = (
  request: object,
  accountId: string,
  client: SignInClient,
  signedInAt: number | undefined,
) => Promise<boolean>;

/** The clocks of machines differ. A person who signs in right after setting a PIN must stay signed in. */
const clockToleranceMs = 5_000;

/**
 * The graph tells the time before which sign-ins have ended, because counters and the reader's page can also set a PIN,
 * or report a card as lost.
 */
export const createEndIfSuperseded =
  (accounts: Pick<Accounts, 'signInAgainSince'>, signOuts: Pick<SignOuts, 'endBefore'>): EndIfSuperseded =>
  async (request, accountId, client, signedInAt = 0) => {
    const person = personOf(accountId);
    const since = person === null ? null : await accounts.signInAgainSince(request, person, client);
    const before = since === null ? 0 : Math.floor((since - clockToleranceMs) / 1000);
    if (signedInAt >= before) {
      return false;
    }
    await signOuts.endBefore(accountId, before);
    return true;
  };
