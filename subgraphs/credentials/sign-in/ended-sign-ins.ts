import type { ChangeAudit } from '../../../store/journal/port.ts';
import { type EndOfSignIns, endBy, endingFields } from '../../operations/sign-ins/end-of-sign-ins.ts';

/** The SDL's `EndedSignIns`. */
export interface EndedSignIns extends EndOfSignIns {
  readonly patronId: string;
}

/**
 * Only the ends of the last hour are listed, because tokens of patrons last an hour at most. Older tokens are not valid
 * any more.
 */
const listedMs = 60 * 60 * 1000;
/** The maximum number of changes that are read. In an hour, a large library sets some hundred PINs. */
const maxChanges = 10_000;
/**
 * The maximum number of patrons in the list. With numbers of 64 characters the list has 400 kB, and gateways take
 * answers of 512 KiB.
 */
const maxListed = 2_000;

/** The ends of sign-ins in the last hour, at most one for each patron, the latest first. */
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
