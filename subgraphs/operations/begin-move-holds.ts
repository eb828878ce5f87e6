import { z } from 'zod';
import type { Operation } from '../../store/journal/port.ts';
import type { OperationLedger } from './ledger.ts';
import { beginFollowUp } from './procedure.ts';

/** The kind of the operation that moves a patron's queued holds to a replacement card. */
export const moveHoldsKind = 'MOVE_HOLDS';

/** The patron whose queued holds move, the old card number and the new one. */
export const holdsToMove = z.object({ patronId: z.string(), from: z.string(), to: z.string() });

/**
 * Begins the move of a patron's holds, after the replacement of a card or a merge of records. *circulation* carries it
 * out, in `procedures/move-holds.ts`. A merge moves the holds of each card under a separate reference.
 */
export const beginMoveHolds = (
  ledger: OperationLedger,
  parent: Operation,
  caller: string,
  holds: z.infer<typeof holdsToMove>,
  reference?: string,
): Promise<void> => beginFollowUp(ledger, parent, caller, moveHoldsKind, holds, reference);
