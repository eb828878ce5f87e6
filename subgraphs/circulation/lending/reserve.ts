import type { Operation, PlaceKind, Places } from '../../../store/journal/port.ts';
import { arriveWithinMs, prepareAndSendMs } from '../../operations/change-times.ts';
import type { Sendable } from '../../operations/send-once.ts';
import { isOvertaken, type NoPlace, type Shown } from '../rules/free-places.ts';
import { type ProblemCode, refused } from '../rules/problems.ts';
import { type LoanSnapshot, maxReadings } from './loan-snapshot.ts';
import type { LendingServices } from './services.ts';

/** The place that an operation wants. */
export interface WantedPlace<Row extends Shown> {
  readonly patronId: string;
  readonly kind: PlaceKind;
  readonly libraryCardNumber: string;
  /** The number of the item, or of the title. */
  readonly subject: string;
  /**
   * Reads what the patron has now.
   * @throws OperationRefused where the patron or the card may not have the place.
   */
  readonly read: () => Promise<LoanSnapshot<Row>>;
  readonly noPlace: (rows: readonly Row[], places: Places) => NoPlace<ProblemCode> | null;
}

/**
 * - `given`: the change may be sent until `sendBy`, by the monotonic clock.
 * - `settled`: this process took too long, and another has settled the operation.
 */
export type SendPermission =
  | (Sendable & { readonly kind: 'given' })
  | { readonly kind: 'settled'; readonly operation: Operation };

/**
 * Reserves one of the patron's places for the operation, if there is one left on all cards together (R9, R25).
 *
 * A patron has eight loans. This operation reads them at epoch 4. Meanwhile another check-out was done (epoch 5), and a third
 * is unsettled. The transaction counts 8 loans + 1 done since epoch 4 + 1 unsettled = 10: no place, and since the done one
 * may be among the eight or returned by now, the patron is read again. The second reading shows nine loans, so 9 + 1 = 10:
 * `PLACE_PENDING`.
 *
 * @throws OperationRefused where there is no place; PLACE_PENDING where it is still unclear after {@link maxReadings}.
 */
export async function reservePlace<Row extends Shown>(
  { journal, monotonic, times }: LendingServices,
  { id }: Operation,
  { patronId, kind, libraryCardNumber, subject, read, noPlace }: WantedPlace<Row>,
): Promise<SendPermission> {
  const { sendWithinMs, callMs } = times;
  for (let reading = 1; ; reading += 1) {
    const { epoch, holdersBefore, rows } = await read();
    // Taken before the journal takes its own time, so that this one ends first.
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
      (places) => noPlace(rows, places) ?? (isOvertaken(rows, places, holdersBefore) ? 'READ_AGAIN' : null),
    );
    if (reservation.kind === 'reserved') {
      return { kind: 'given', operation: reservation.operation, sendBy };
    }
    if (reservation.kind === 'settled') {
      return reservation;
    }
    const { refusal } = reservation;
    if (refusal !== 'READ_AGAIN') {
      throw refused(refusal, { patronId });
    }
    if (reading === maxReadings) {
      throw refused('PLACE_PENDING', { patronId });
    }
  }
}

/** Permits a change that takes no place to be sent. */
export async function allowSending(
  { journal, monotonic, times }: LendingServices,
  operation: Operation,
  patronId: string,
): Promise<SendPermission> {
  // Taken before the journal takes its own time, so that this one ends first.
  const sendBy = monotonic() + prepareAndSendMs;
  const { id, details } = operation;
  const more = { arriveWithinMs: arriveWithinMs(times), patronId };
  return (await journal.allowSending(id, details, prepareAndSendMs, more))
    ? { kind: 'given', operation, sendBy }
    : { kind: 'settled', operation: (await journal.findById(id)) ?? operation };
}
