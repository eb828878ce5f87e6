/**
 * Shows where a returned copy must go, and which loan the return has ended. A station learns nothing about a reader
 * (R29). Staff learn who had the item, and an audit record is written for that patron (R27).
 */
import type { Charge, Hold } from '../../../adapters/circulation/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { daysBetween, hongKongDay } from '../../library/calendar.ts';
import { recordReadingByItem } from '../../operations/reading-audit.ts';
import { type CirculationContext, requireScope } from '../context.ts';
import { currentRows } from '../index/current-rows.ts';
import { returnOf } from '../lending/check-in.ts';
import { lendingResultOf } from '../lending/stored-result.ts';
import { holdOfReturnedCopy, holdsToRead, oldestIndexMs } from '../rules/ready-hold.ts';
import { isOpen, recordReaders } from './item-readers.ts';
import { sortedCharges } from './patron.ts';

/** The source of `ReturnDestination`. */
interface Destination {
  readonly shelf: 'HOLD_SHELF' | 'OPEN_SHELVES';
  /** The branch to which the copy must go. Null if it is not known. */
  readonly branch: string | null;
  /** The branch where the copy was returned. Null if it is not known. */
  readonly atBranch: string | null;
  /** The hold for which the copy is kept. Null if there is none, or if it may be one of several holds. */
  readonly hold: Hold | null;
}

/**
 * Where the returned copy must go. Null if nothing was returned, or if the copy is neither available nor on the hold
 * shelf any more.
 */
export async function destinationOf(
  operation: Operation,
  _args: unknown,
  context: CirculationContext,
): Promise<Destination | null> {
  return operation.state === 'DONE'
    ? await destinationFrom(returnOf(operation), operation.settledAt, context)
    : null;
}

/** Where a copy must go now. Null if the copy is neither available nor on the hold shelf. */
export const destinationOfItem = (
  { itemNumber }: { readonly itemNumber: string },
  _args: unknown,
  context: CirculationContext,
): Promise<Destination | null> => {
  requireScope(context, ['circulation:read', 'station']);
  return destinationFrom({ itemNumber, atBranch: context.caller.branch }, null, context);
};

/** `returnedAt` is the time of the return. It is null if the copy is only looked up. */
async function destinationFrom(
  { itemNumber, atBranch }: { readonly itemNumber: string; readonly atBranch: string | null },
  returnedAt: Date | null,
  context: CirculationContext,
): Promise<Destination | null> {
  const item = await context.items.load(itemNumber);
  switch (item?.state) {
    case 'AVAILABLE':
      return { shelf: 'OPEN_SHELVES', branch: item.branch, atBranch, hold: null };
    case 'ON_HOLD_SHELF': {
      const hold = await waitingHold(returnedAt, item.titleNumber, context);
      return { shelf: 'HOLD_SHELF', branch: hold?.pickupBranch ?? null, atBranch, hold };
    }
    default:
      return null;
  }
}

/** The hold for which the copy is kept. Null if the index is incomplete or old, as the right hold may be missing. */
async function waitingHold(
  returnedAt: Date | null,
  titleNumber: string,
  context: CirculationContext,
): Promise<Hold | null> {
  const { index } = context.services;
  const { isWhole, asOf, ageMs } = await context.indexProgress();
  if (!isWhole || ageMs === null || ageMs > oldestIndexMs) {
    return null;
  }
  const indexed = await index.holdsOfTitle(titleNumber, holdsToRead);
  const current = await currentRows(index, indexed, context.holdsByCard, isOpen);
  // If the index lacks the events up to the return, it still shows which holds were ready before the return.
  const isFromBefore = asOf !== null && returnedAt !== null && asOf < returnedAt;
  const readyBefore = new Set(
    indexed.filter(({ state }) => isFromBefore && state === 'READY').map(({ id }) => id),
  );
  return holdOfReturnedCopy({ indexed: indexed.map(({ id }) => id), current }, (id) => readyBefore.has(id));
}

/** The source of `EndedLoan`. */
interface EndedLoan {
  readonly loanId: string;
  readonly libraryCardNumber: string;
  /** The patron who had the item on loan. Null if card management doesn't know the card. */
  readonly patronId: string | null;
  /** The due date of the ended loan. Null if circulation's answer to the return was lost. */
  readonly dueOn: string | null;
  readonly returnedOn: string;
}

/**
 * The loan that a return has ended. Null if it ended none, or if it is not known which one. An audit record for the
 * patron is written before the answer.
 */
export async function endedLoanOf(
  operation: Operation,
  _args: unknown,
  context: CirculationContext,
): Promise<EndedLoan | null> {
  requireScope(context, ['circulation:read']);
  const { libraryCardNumber, loanId, dueOn = null } = lendingResultOf(operation);
  if (operation.state !== 'DONE' || libraryCardNumber === undefined || loanId === undefined) {
    return null;
  }
  const card = await context.cardsByNumber.load(libraryCardNumber);
  const patronId = card?.patronId ?? null;
  await recordReadingByItem(context.services, context.caller, [patronId]);
  return { loanId, libraryCardNumber, patronId, dueOn, returnedOn: hongKongDay(operation.requestedAt) };
}

export const returnedCopyResolvers = {
  ReturnDestination: {
    location: ({ branch }: Destination, _args: unknown, { branches }: CirculationContext) =>
      branch === null ? null : branches.byCode(branch),
    isHere: ({ branch, atBranch }: Destination) =>
      branch === null || atBranch === null ? null : branch === atBranch,
    readyUntil: ({ hold }: Destination) => hold?.readyUntil ?? null,
    hold: async ({ hold }: Destination, _args: unknown, context: CirculationContext) => {
      requireScope(context, ['circulation:read']);
      await recordReaders(hold === null ? [] : [hold], context);
      return hold;
    },
  },
  EndedLoan: {
    credential: ({ libraryCardNumber }: EndedLoan) => ({ libraryCardNumber }),
    patron: ({ patronId }: EndedLoan) => (patronId === null ? null : { id: patronId }),
    daysLate: ({ dueOn, returnedOn }: EndedLoan) =>
      dueOn === null ? null : Math.max(0, daysBetween(dueOn, returnedOn)),
    charges: async (
      { loanId, libraryCardNumber, patronId }: EndedLoan,
      _args: unknown,
      { chargesByCard }: CirculationContext,
    ): Promise<readonly Charge[]> =>
      sortedCharges(
        (await chargesByCard.load(libraryCardNumber)).filter((charge) => charge.loanId === loanId),
        patronId,
      ),
  },
};
