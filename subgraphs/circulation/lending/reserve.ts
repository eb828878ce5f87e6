import type { Operation, PlaceKind, Places } from '../../../store/journal/port.ts';
import { arriveWithinMs, prepareAndSendMs } from '../../operations/change-times.ts';
import type { Sendable } from '../../operations/send-once.ts';
import type { Subject } from '../../operations/subject.ts';
import { isOvertaken, type NoPlace, type Shown } from '../rules/free-places.ts';
import { type ProblemCode, refused } from '../rules/problems.ts';
import { type LoanSnapshot, maxReadings } from './loan-snapshot.ts';
import type { LendingServices } from './services.ts';

export interface WantedPlace<Snapshot extends LoanSnapshot<Shown>> {
  readonly patronId: string;
  readonly kind: PlaceKind;
  readonly libraryCardNumber: string;
  /** The number of the item (for a loan) or of the title (for a hold). */
  readonly subject: string;
  /**
   * Reads the patron's current loans or holds.
   * @throws OperationRefused if the patron or the card may not get another loan or hold.
   */
  readonly read: () => Promise<Snapshot>;
  readonly noPlace: (rows: Snapshot['rows'], places: Places) => NoPlace<ProblemCode> | null;
}

/**
 * Whether a change may be sent.
 *
 * - `given`: the change may be sent until `sendBy`, by the monotonic clock.
 * - `settled`: this process took too long, and another process has already settled the operation.
 */
export type SendPermission =
  | (Sendable & { readonly kind: 'given' })
  | { readonly kind: 'settled'; readonly operation: Operation };

/** A permission to send, with the loans or holds that were read before the place was reserved. */
export type Reservation<Snapshot> =
  | (Sendable & { readonly kind: 'given'; readonly before: Snapshot })
  | Extract<SendPermission, { readonly kind: 'settled' }>;

/**
 * Reserves a place for the operation, in the patron's limit for all cards together (R9, R25). The operation holds this
 * place until its outcome is certain.
 *
 * Example: a patron has eight loans. This operation reads them at epoch 4. Meanwhile another check-out is done (epoch
 * 5), and a third is unsettled. The transaction counts 8 loans + 1 done since epoch 4 + 1 unsettled = 10, so there is
 * no place. But the loan of epoch 5 may be among the eight, or may be returned by now. So the loans are read again. The
 * second reading shows nine loans. 9 + 1 unsettled is still 10, so the operation is refused with `PLACE_PENDING`.
 *
 * If the patron's record was merged with another since it was read (R9), the patron is read again, with the cards of
 * both records.
 *
 * @throws OperationRefused if there is no place; PATRON_NOT_ACTIVE for a record that was merged into another;
 *   PLACE_PENDING if {@link maxReadings} readings don't decide it
 */
export async function reservePlace<Snapshot extends LoanSnapshot<Shown>>(
  { journal, monotonic, times }: LendingServices,
  { id }: Operation,
  { patronId, kind, libraryCardNumber, subject, read, noPlace }: WantedPlace<Snapshot>,
): Promise<Reservation<Snapshot>> {
  const { sendWithinMs, callMs } = times;
  for (let reading = 1; ; reading += 1) {
    const before = await read();
    const { epoch, holdersBefore, mergedFrom, mergedInto, rows } = before;
    if (mergedInto !== null) {
      throw refused('PATRON_NOT_ACTIVE', { patronId });
    }
    // `sendBy` is computed before the journal computes its own deadline for sending. So this process stops sending
    // before the journal's deadline.
    const sendBy = monotonic() + sendWithinMs;
    const reservation = await journal.reserve(
      id,
      {
        patronId,
        kind,
        libraryCardNumber,
        subject,
        since: epoch,
        mergedFrom,
        sendWithinMs,
        arriveWithinMs: arriveWithinMs(times),
        reconcileAfterMs: sendWithinMs + callMs,
      },
      (places) => noPlace(rows, places) ?? (isOvertaken(rows, places, holdersBefore) ? 'READ_AGAIN' : null),
    );
    if (reservation.kind === 'reserved') {
      return { kind: 'given', operation: reservation.operation, sendBy, before };
    }
    if (reservation.kind === 'settled') {
      return reservation;
    }
    if (reservation.kind === 'refused' && reservation.refusal !== 'READ_AGAIN') {
      throw refused(reservation.refusal, { patronId, count: rows.length });
    }
    if (reading === maxReadings) {
      throw refused('PLACE_PENDING', { patronId });
    }
  }
}

/**
 * Requests the journal's permission to send a change that needs no room in a limit. The journal also stores what the
 * change is about.
 */
export async function allowSending(
  { journal, monotonic, times }: LendingServices,
  operation: Operation,
  patronId: string,
  about: Subject,
): Promise<SendPermission> {
  // `sendBy` is computed before the journal computes its own deadline for sending. So this process stops sending before
  // the journal's deadline.
  const sendBy = monotonic() + prepareAndSendMs;
  const { id } = operation;
  const more = { arriveWithinMs: arriveWithinMs(times), patronId };
  return (await journal.allowSending(id, about, prepareAndSendMs, more))
    ? { kind: 'given', operation, sendBy }
    : { kind: 'settled', operation: (await journal.findById(id)) ?? operation };
}
