import type { ChangeAudit } from '../../../store/journal/port.ts';
import { OperationRefused } from '../operation-refused.ts';
import type { Problem } from '../problem.ts';
import { endOfSignIns, hasEnded } from './end-of-sign-ins.ts';

/**
 * Gateways read the list of ended sign-ins once a second, and then refuse the client's requests. So a client sees this
 * problem only in that second.
 */
const signInEnded: Problem = {
  code: 'SYSTEM_UNAVAILABLE',
  message: {
    en: 'Your sign-in has ended, and nothing was changed: sign in again.',
    'zh-Hant': '你的登入已結束，資料並無更改：請重新登入。',
  },
  field: null,
};

/**
 * The sign-in of the patron who asked for a change. The journal stores it with the procedure that makes the change. The
 * fields are null if the caller is not a patron.
 */
interface DecidingSignIn {
  readonly callerPatronId: string | null;
  readonly signedInAt: number | null;
  readonly signInId: string | null;
}

/**
 * Requires that the patron's sign-in has not ended. The check is needed because gateways read the list of ended
 * sign-ins only once a second, and a thief needs less time. If it isn't known when the patron signed in, only the
 * gateway checks.
 * @throws OperationRefused if it has ended; StoreUnavailable
 */
export async function requireLastingSignIn(
  changes: Pick<ChangeAudit, 'lastChangesOf'>,
  { callerPatronId, signedInAt, signInId }: DecidingSignIn,
): Promise<void> {
  if (callerPatronId === null || signedInAt === null) {
    return;
  }
  const end = await endOfSignIns(changes, callerPatronId);
  if (end !== null && hasEnded({ signedInAt, signInId }, end)) {
    throw new OperationRefused([signInEnded]);
  }
}
