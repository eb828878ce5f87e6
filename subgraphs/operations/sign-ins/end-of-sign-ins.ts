/** Finds out from the audit of changes which sign-ins of a patron have ended (decision 53). */
import type { AuditedChange, ChangeAudit } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';

/** The field that is recorded when a patron's record is closed. It is no field of the graph. */
export const closingField = 'signIns';
/**
 * The changes that end sign-ins, by their names in the audit. After such a change, another person may know the PIN or
 * have the card, or the reader may no longer be a patron.
 */
export const endingFields = ['credential.pin', 'credential.status', closingField];

/** All of a patron's sign-ins that began at or before `before` have ended. Times are compared by the second. */
export interface EndOfSignIns {
  readonly before: string;
  /** The id of the one sign-in that continues, because the patron set the PIN with it. Null if there is none. */
  readonly exceptSignInId: string | null;
}

type Ending = Pick<AuditedChange, 'at' | 'field' | 'signInId'>;

/**
 * The end of one patron's sign-ins, according to the changes of `endingFields`, the latest first. Null if there are
 * none. A sign-in that one change has ended does not continue after a later change. So a thief whose sign-in is ended
 * can't keep it by setting another PIN at the same moment. In the examples, the sign-in `a 100` is session `a`, begun
 * at second 100:
 *
 * | the latest change | the change before it, since that sign-in began | continues |
 * |---|---|---|
 * | PIN, by `a 100` | none, or PIN by `a 100` | `a 100` |
 * | PIN, by `a 100` | PIN by staff or by `b 90`; a loss | none |
 * | a loss, by `a 100` | any | none: a thief may have reported it |
 */
export function endBy([last, ...earlier]: readonly Ending[]): EndOfSignIns | null {
  if (last === undefined) {
    return null;
  }
  const signInId = continuedBy(last);
  const isEnded =
    signInId !== null &&
    earlier.some((change) => continuedBy(change) !== signInId && !(secondOf(change.at) < beginOf(signInId)));
  return { before: hongKongInstant(last.at), exceptSignInId: isEnded ? null : signInId };
}

const continuedBy = ({ field, signInId }: Ending): string | null =>
  field === 'credential.pin' ? signInId : null;

const secondOf = (at: Date): number => Math.floor(at.getTime() / 1000);

/** The second at which a sign-in began, from its id `<session> <second>`. NaN if the id has another form. */
const beginOf = (signInId: string): number => Number(signInId.slice(signInId.lastIndexOf(' ') + 1));

/**
 * The maximum number of changes of one patron that are read. A patron makes ten in an hour at most, so a sign-in of
 * some hours has fewer.
 */
const maxRead = 100;

/** The end of a patron's sign-ins now. Null if none has ended. Rejects with StoreUnavailable. */
export async function endOfSignIns(
  changes: Pick<ChangeAudit, 'lastChangesOf'>,
  patronId: string,
): Promise<EndOfSignIns | null> {
  return endBy(await changes.lastChangesOf(patronId, endingFields, maxRead));
}

interface SignIn {
  /** In seconds since 1970. */
  readonly signedInAt: number;
  readonly signInId: string | null;
}

/** Whether a sign-in has ended. The gateway and the sign-in service decide it in the same way. */
export const hasEnded = (
  { signedInAt, signInId }: SignIn,
  { before, exceptSignInId }: EndOfSignIns,
): boolean => signedInAt <= secondOf(new Date(before)) && (signInId === null || signInId !== exceptSignInId);
