/** After a new PIN or a lost card, persons who signed in before must sign in again. */
import type { SignInClient } from '../clients/read-clients.ts';
import { type Accounts, hasEnded, personOf, type SignIn } from './accounts.ts';
import type { SignOuts } from './sign-outs.ts';

/**
 * Resolves to whether a sign-in has ended, so that the person must sign in again. If so, the person's outdated sign-ins
 * are removed first. Rejects with the errors of `Accounts`.
 */
export type EndIfSuperseded = (
  request: object,
  accountId: string,
  client: SignInClient,
  signIn: SignIn,
) => Promise<boolean>;

/**
 * Asks the graph which sign-ins have ended. A PIN or a loss may have been recorded elsewhere, such as at a counter or
 * on the readers' pages.
 */
export const createEndIfSuperseded =
  (accounts: Pick<Accounts, 'endOfSignIns'>, signOuts: Pick<SignOuts, 'endBefore'>): EndIfSuperseded =>
  async (request, accountId, client, signIn) => {
    const person = personOf(accountId);
    const end = person === null ? null : await accounts.endOfSignIns(request, person, client);
    if (end === null || !hasEnded(signIn, end)) {
      return false;
    }
    await signOuts.endBefore(accountId, end);
    return true;
  };
