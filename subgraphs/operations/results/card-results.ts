/** The results of operations of *credentials*. *circulation* reads them, too, because it shows all operations. */
import { z } from 'zod';
import type { Operation } from '../../../store/journal/port.ts';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { LocalizedError } from '../../library/errors/localized-error.ts';
import { storedProblem } from '../problem.ts';
import { partlyDoneOf, resultOf } from './payload.ts';

const cardResult = z.object({ libraryCardNumber: z.string() });

/** The number of the card that an operation has changed, or of its replacement. Null unless the operation is done. */
export const changedCard = (operation: Operation): string | null =>
  resultOf(operation, cardResult)?.libraryCardNumber ?? null;

const mergeResult = z.object({ leavingPatronId: z.string(), issued: z.array(z.string()) });

/** Resolvers of a `mergePatrons` operation: the record that left, and references to the cards that were issued. */
export const mergeFields = {
  leavingPatron(operation: Operation): { readonly id: string } | null {
    const result = resultOf(operation, mergeResult);
    return result === null ? null : { id: result.leavingPatronId };
  },
  issued: (operation: Operation): readonly { readonly libraryCardNumber: string }[] =>
    (resultOf(operation, mergeResult)?.issued ?? []).map((libraryCardNumber) => ({ libraryCardNumber })),
};

const codeResult = z.object({ expiresAt: z.string() });

/** The time at which the code of a `createPinCode` operation expires. Null unless the operation is done. */
export const codeExpiresAt = (operation: Operation): string | null =>
  resultOf(operation, codeResult)?.expiresAt ?? null;

/** `applicationId` is null if the application waits until others for its document are decided. */
const applicationResult = z.object({ applicationId: z.string().nullable() });

/**
 * The id of the application that an operation is about. Null unless the operation is done, and null while the
 * application waits.
 */
export const changedApplication = (operation: Operation): string | null =>
  resultOf(operation, applicationResult)?.applicationId ?? null;

/** The id of the application whose approval was partly done: the registry was changed. Null for any other operation. */
export const partlyApprovedApplication = (operation: Operation): string | null =>
  partlyDoneOf(operation)?.applicationId ?? null;

/** The outcome for one of several applications. An application with problems is not rejected. */
export const rejectionOutcome = z.object({
  applicationId: z.string(),
  problems: z.array(storedProblem).readonly(),
});
export type RejectionOutcome = z.infer<typeof rejectionOutcome>;

const rejectionResult = z.object({ outcomes: z.array(rejectionOutcome) });

/**
 * The outcome for each application of a `rejectApplications` operation, in the given order. Empty unless the operation
 * is done.
 */
export const rejectionOutcomes = (operation: Operation): readonly RejectionOutcome[] =>
  resultOf(operation, rejectionResult)?.outcomes ?? [];

/** Resolves `RejectionOutcome.state`. */
export const stateOfRejection = ({ problems }: RejectionOutcome) =>
  problems.length === 0 ? 'DONE' : 'REFUSED';

/** The value that is stored instead of a time if card management did not say whether the PIN is locked. */
export const unknownLock = 'unknown';

/** `pinLockedUntil` is null if the PIN is not locked. It is absent in results of earlier releases. */
const pinResult = z.object({ pinLockedUntil: z.string().nullable().optional() });

/**
 * The time until which card management refuses the PIN that the operation has set; null if the PIN is not locked.
 * @throws GraphQLError UPSTREAM_UNAVAILABLE if card management did not say.
 */
export function pinLockedUntil(operation: Operation): string | null {
  const lockedUntil = resultOf(operation, pinResult)?.pinLockedUntil ?? null;
  if (lockedUntil === unknownLock) {
    throw new LocalizedError(errorTexts.PIN_LOCK_UNKNOWN, { extensions: { code: 'UPSTREAM_UNAVAILABLE' } });
  }
  return lockedUntil;
}
