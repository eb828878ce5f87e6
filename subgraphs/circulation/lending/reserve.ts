import type { Operation, PlaceKind, Places } from '../../../adapters/journal/port.ts';
import { arriveWithinMs } from '../../operations/change-times.ts';
import { type ProblemCode, refused } from '../rules/problems.ts';
import { isOvertaken, type NoPlace, type Shown } from '../rules/quota.ts';
import { type LoanSnapshot, readings } from './loan-snapshot.ts';
import type { LendingServices } from './services.ts';

/** A place that an operation asks for. */
export interface WantedPlace<Row extends Shown> {
  readonly patronId: string;
  readonly kind: PlaceKind;
  readonly libraryCardNumber: string;
  /** The item's number, or the title's. */
  readonly subject: string;
  /** What the patron has now; throws a `OperationRefused` where that stands in the way. */
  readonly read: () => Promise<LoanSnapshot<Row>>;
  readonly noPlace: (rows: readonly Row[], places: Places) => NoPlace<ProblemCode> | null;
}

/** A place that was given, and until when, by the monotonic clock, the change may be sent. */
export interface ReservedPlace {
  readonly operation: Operation;
  readonly sendBy: number;
}

/**
 * Gives the operation one of the patron's places, if there is one left on all cards together (R9, R25); throws a `OperationRefused`
 * where there is not. Where somebody else has settled the operation meanwhile, as happens to one that takes too long, it
 * is told as it stands.
 */
export async function reservePlace<Row extends Shown>(
  { journal, monotonic, times }: LendingServices,
  { id }: Operation,
  { patronId, kind, libraryCardNumber, subject, read, noPlace }: WantedPlace<Row>,
): Promise<ReservedPlace | { readonly settled: Operation }> {
  const { sendWithinMs, callMs } = times;
  for (let reading = 1; ; reading += 1) {
    const { epoch, before, rows } = await read();
    // Before the journal's own time of it begins.
    const sendBy = monotonic() + sendWithinMs;
    const reservation = await journal.reserve(
      id,
      {
        patronId,
        kind,
        libraryCardNumber,
        subject,
        since: epoch,
        sendWithinMs,
        arriveWithinMs: arriveWithinMs(times),
        reconcileAfterMs: sendWithinMs + callMs,
      },
      (places) => noPlace(rows, places) ?? (isOvertaken(rows, places, before) ? 'READ_AGAIN' : null),
    );
    if (reservation.kind === 'reserved') {
      return { operation: reservation.operation, sendBy };
    }
    if (reservation.kind === 'settled') {
      return { settled: reservation.operation };
    }
    const { refusal } = reservation;
    if (refusal !== 'READ_AGAIN') {
      throw refused(refusal, { patronId });
    }
    if (reading === readings) {
      throw refused('PLACE_PENDING', { patronId });
    }
  }
}
