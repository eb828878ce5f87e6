import { useLive } from '@patron-graph/ui';
import { LibraryChangesDocument, type OperationKind } from '../../operations.generated.ts';
import type { Desk } from '../desk.ts';
import { type DeskState, patronOf, type Session } from '../desk-store.ts';
import { ownLoans } from './loans-now.ts';

/**
 * The minimum time between two readings of the reader at the desk, in ms. Each reading is audited and calls all
 * systems.
 */
const changedEveryMs = 5_000;

/** Events of these operations are ignored, because the changed loan or reservation has an event of its own. */
const inCirculation: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'CHECK_OUT',
  'CHECK_IN',
  'LEND_HELD_ITEM',
  'RENEW_LOAN',
  'RENEW_LOANS',
  'RENEW_ALL_LOANS',
  'PLACE_HOLD',
  'CANCEL_HOLD',
]);

/**
 * Reads the reader at the desk again after a change from elsewhere, such as a loss that is reported by telephone. The
 * desk knows its own loans and returns.
 */
export function useReaderChanges(desk: Desk, session: Session, { rows }: DeskState): void {
  const patron = patronOf(session);
  const { reader } = session;
  useLive(
    {
      state: reader.state === 'known' ? 'answered' : 'loading',
      data: null,
      missing: [],
      error: null,
      reload: () => desk.readAgain(),
      subject: String(session.id),
    },
    LibraryChangesDocument,
    {
      variables: { filter: { patronId: patron?.id ?? '' } },
      after: patron?.changesCursor,
      isAbout: ({ kind, subjectId, operationKind, operationState }) => {
        if (kind === 'OPERATION') {
          return (
            operationState !== 'UNSETTLED' && operationKind !== null && !inCirculation.has(operationKind)
          );
        }
        return !kind.startsWith('NOTICE_') && !(subjectId !== null && ownLoans(rows).has(subjectId));
      },
      everyMs: changedEveryMs,
    },
  );
}
