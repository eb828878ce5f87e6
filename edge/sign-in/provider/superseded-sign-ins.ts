/** After a new PIN or a lost card, people who signed in before have to sign in again. */
import type { SignInClient } from '../clients/read-clients.ts';
import { type Accounts, personOf } from './accounts.ts';
import type { SignOuts } from './sign-outs.ts';

/**
 * Whether a person who signed in at `signedInAt`, in seconds since 1970, has to sign in again. If so, everything ends that they have
 * been signed in to since then. Rejects as `Accounts` does.
 */
export type EndIfSuperseded = (
  request: object,
  accountId: string,
  client: SignInClient,
  signedInAt: number | undefined,
) => Promise<boolean>;

/** Clocks of several machines differ. A person who signs in right after setting a PIN stays signed in. */
const clockToleranceMs = 5_000;

/** The graph knows the time: a PIN may be set, or a card reported lost, at a counter or on the reader's page. */
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
