import { z } from 'zod';
import type { Operation } from '../../adapters/journal/port.ts';
import type { OperationLedger } from './ledger.ts';
import { beginFollowUp } from './procedure.ts';

/** The kind of the operation by which holds follow their patron to a new card. */
export const moveHoldsKind = 'MOVE_HOLDS';

/** Whose queued holds move from which card to which. */
export const holdsToMove = z.object({ patronId: z.string(), from: z.string(), to: z.string() });

/** What replaces a card begins this, and *circulation* carries it out. */
export const beginHoldMove = (
  book: OperationLedger,
  whole: Operation,
  caller: string,
  holds: z.infer<typeof holdsToMove>,
): Promise<void> => beginFollowUp(book, whole, caller, moveHoldsKind, holds);
