import type { AuditedChange, ChangeAudit } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';

/**
 * Changes that end sign-ins, by their names in the audit. After such a change, another person may know the PIN, or have
 * the card.
 */
export const endingFields = ['credential.pin', 'credential.status'];

/** The end of a patron's sign-ins that began at or before a time, compared by the second. */
export interface EndOfSignIns {
  readonly before: string;
  /** The id of the one sign-in that continues, because the patron set the PIN with it. Null if there is none. */
  readonly exceptSignInId: string | null;
}

/** After a loss no sign-in continues: a thief may have reported it, and nobody else could then end the thief's. */
export const endBy = ({
  at,
  field,
  signInId,
}: Pick<AuditedChange, 'at' | 'field' | 'signInId'>): EndOfSignIns => ({
  before: hongKongInstant(at),
  exceptSignInId: field === 'credential.pin' ? signInId : null,
});

/** The SDL's `EndedSignIns`. */
export interface EndedSignIns extends EndOfSignIns {
  readonly patronId: string;
}

/**
 * Only the ends of the last hour are listed, because tokens of patrons last an hour at most. Older tokens are not valid
 * any more.
 */
const listedMs = 60 * 60 * 1000;
/**
 * The maximum number of patrons in the list. In an hour, a large library sets some hundred PINs. With numbers of 64
 * characters the list has 400 kB, and gateways take answers of 512 KiB.
 */
const maxListed = 2_000;

/** The last end of each patron's sign-ins within the last hour. */
export async function endedSignIns({
  changes,
}: {
  readonly changes: Pick<ChangeAudit, 'lastChangeOfEach'>;
}): Promise<readonly EndedSignIns[]> {
  const recent = await changes.lastChangeOfEach(endingFields, listedMs, maxListed);
  return recent.map((change) => ({ patronId: change.patronId, ...endBy(change) }));
}
