import type { ChangeAudit } from '../../../store/journal/port.ts';
import { type EndOfSignIns, endBy, endingFields } from '../../operations/sign-ins/end-of-sign-ins.ts';

/** The SDL's `EndedSignIns`. */
export interface EndedSignIns extends EndOfSignIns {
  readonly patronId: string;
}

/**
 * Only sign-ins that were ended in the last hour are listed. A patron's token lasts an hour at most, so the tokens of
 * earlier sign-ins have expired.
 */
const listedMs = 60 * 60 * 1000;
/** The maximum number of changes that are read from the audit. A large library sets some hundred PINs in an hour. */
const maxChanges = 10_000;
/**
 * The maximum number of patrons in the list. With patron numbers of 64 characters, the list then has 400 kB. A gateway
 * accepts answers of up to 512 KiB.
 */
const maxListed = 2_000;

/**
 * The patrons whose sign-ins were ended in the last hour. Each patron is listed at most once. The latest end comes
 * first.
 */
export async function endedSignIns({
  changes,
}: {
  readonly changes: Pick<ChangeAudit, 'recentChanges'>;
}): Promise<readonly EndedSignIns[]> {
  const recent = await changes.recentChanges(endingFields, listedMs, maxChanges);
  const ofPatrons = Map.groupBy(recent, ({ patronId }) => patronId);
  return [...ofPatrons].slice(0, maxListed).flatMap(([patronId, ofPatron]) => {
    const end = endBy(ofPatron);
    return end === null ? [] : [{ patronId, ...end }];
  });
}
