/** What operations of *credentials* keep as their results. *circulation* reads them too: it shows every operation. */
import { GraphQLError } from 'graphql';
import { z } from 'zod';
import type { Operation } from '../../../store/journal/port.ts';
import { storedProblem } from '../problem.ts';
import { resultOf } from './payload.ts';

const cardResult = z.object({ libraryCardNumber: z.string() });

/** Of an operation on a card: the number of the card, or of the one that replaces it. Null unless the operation is done. */
export const changedCard = (operation: Operation): string | null =>
  resultOf(operation, cardResult)?.libraryCardNumber ?? null;

const codeResult = z.object({ expiresAt: z.string() });

/** When the code of a `createPinCode` expires. Null unless the operation is done. */
export const codeExpiresAt = (operation: Operation): string | null =>
  resultOf(operation, codeResult)?.expiresAt ?? null;

/** Null where the application waits until others for its document are decided. */
const applicationResult = z.object({ applicationId: z.string().nullable() });

/** Of an operation on an application: its id. Null unless the operation is done, and while the application waits. */
export const changedApplication = (operation: Operation): string | null =>
  resultOf(operation, applicationResult)?.applicationId ?? null;

/** What became of one of several applications: rejected, or left as it was because of its problems. */
export const rejectionOutcome = z.object({
  applicationId: z.string(),
  problems: z.array(storedProblem).readonly(),
});
export type RejectionOutcome = z.infer<typeof rejectionOutcome>;

const rejectionResult = z.object({ outcomes: z.array(rejectionOutcome) });

/** Of a `rejectApplications`: one for each application, in the order in which they were given. Empty unless it is done. */
export const rejectionOutcomes = (operation: Operation): readonly RejectionOutcome[] =>
  resultOf(operation, rejectionResult)?.outcomes ?? [];

/** Resolves `RejectionOutcome.state`. */
export const stateOfRejection = ({ problems }: RejectionOutcome) =>
  problems.length === 0 ? 'DONE' : 'REFUSED';

/** Stored in place of a time where card management did not say whether the PIN is locked. */
export const unknownLock = 'unknown';

/** Null where the PIN is not locked. Absent in results of earlier releases. */
const pinResult = z.object({ pinLockedUntil: z.string().nullable().optional() });

/**
 * Until when card management refuses the PIN that the operation has set; null where it doesn't.
 * @throws GraphQLError UPSTREAM_UNAVAILABLE where card management did not say.
 */
export function pinLockedUntil(operation: Operation): string | null {
  const lockedUntil = resultOf(operation, pinResult)?.pinLockedUntil ?? null;
  if (lockedUntil === unknownLock) {
    throw new GraphQLError('The PIN is set, but card management did not say whether it is locked.', {
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  }
  return lockedUntil;
}
