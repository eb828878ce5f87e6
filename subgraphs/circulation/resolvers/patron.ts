import type DataLoader from 'dataloader';
import { GraphQLError } from 'graphql';
import type { Charge, Hold, Loan } from '../../../adapters/circulation/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { sortBy } from '../../library/sort-by.ts';
import { cursorOfOperation } from '../../operations/changes/list-cursors.ts';
import { openReference, shownId } from '../../operations/visits/proof.ts';
import { requireRead, requireReadOrPin } from '../../runtime/caller.ts';
import {
  type Connection,
  parseSlice,
  type SliceArguments,
  type SliceInput,
  sliceToConnection,
} from '../../runtime/pagination.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { CirculationContext } from '../context.ts';
import { loadAll } from '../loaders.ts';
import { reasonsNotToLend } from '../rules/borrowing.ts';
import { loanKeys, unshown } from '../rules/free-places.ts';
import { countQuota, type PatronQuota } from '../rules/loan-quota.ts';
import { problemOf } from '../rules/problems.ts';
import { dueOrder } from '../rules/renewals.ts';
import { hasCardInUse, owesTooMuch } from './borrowing-facts.ts';
import { preferencesOfPatron } from './notices/notice-preferences.ts';
import { noticesOfPatron } from './notices/notices.ts';
import { operationsOfPatron } from './operation-pages.ts';
import { quotaOf } from './quota.ts';
import { type ShownHoldState, withReplaced } from './replaced-holds.ts';
import { rowNotesOfPatron } from './row-notes.ts';

/**
 * A patron, as the gateway sends it in a representation. `cardNumbers` and `hasCardInUse` are read from *credentials*.
 * They are null if *credentials* failed to return them.
 */
interface PatronReference {
  readonly id: string;
  readonly cardNumbers?: readonly string[] | null;
  /** Whether one of these cards is in use. Absent if the gateway is of an earlier release. */
  readonly hasCardInUse?: boolean | null;
  /** Whether the patron has given the PIN at the station that makes the request. */
  readonly byPin?: boolean;
}

/** With these scopes, a caller may see quotas and standings. A station sees those of the reader who uses it (R29). */
const quotaScopes: readonly Scope[] = ['circulation:read', 'station'];

export const patronResolvers = {
  __resolveReference: openReference,
  id: shownId,
  loanQuota,
  borrowing,
  loans,
  holds,
  charges,
  owes,
  changesCursor,
  noticePreferences: preferencesOfPatron,
  operations: operationsOfPatron,
  notices: noticesOfPatron,
  rowNotes: rowNotesOfPatron,
};

/**
 * A cursor for the time just before this query. From this cursor, patrons can follow their own changes, and staff the
 * library's.
 */
async function changesCursor({ id }: PatronReference, _args: unknown, context: CirculationContext) {
  const { caller, services } = context;
  requireRead(caller, id, ['circulation:read']);
  const field = caller.patronId === id ? 'myChanges' : 'libraryChanges';
  return await cursorOfOperation(services, { caller, field });
}

/** Reads the loans or holds on all cards of a patron. Rejects if one card can't be read (R26). */
async function rowsOf<Row>(
  patron: PatronReference,
  scopes: readonly Scope[],
  context: CirculationContext,
  loader: DataLoader<string, readonly Row[]>,
): Promise<ReadonlyMap<string, readonly Row[]>> {
  requireRead(context.caller, patron.id, scopes);
  if (patron.cardNumbers == null) {
    throw new GraphQLError("The patron's cards are not known, so nothing can be said of what is on them.", {
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  }
  const rows = await loadAll(loader, patron.cardNumbers);
  return new Map(patron.cardNumbers.map((number, index) => [number, rows[index] ?? []]));
}

/** Reads the loans or holds as `rowsOf` does, and writes an audit record of the reading before the answer (R27). */
async function openRows<Row>(
  patron: PatronReference,
  context: CirculationContext,
  loader: DataLoader<string, readonly Row[]>,
  scopes: readonly Scope[] = ['circulation:read'],
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const [rows] = await Promise.all([
    rowsOf(patron, scopes, context, loader),
    context.recordOpening('LOANS', patron.id),
  ]);
  return rows;
}

/**
 * The patron's quota. First, only the loans on the cards that the gateway sent are read. If they lack the loan of a
 * check-out that is done, everything is read again, in the same order as for a check-out. The loan may be newer, on a
 * newer card, or returned. Everything is also read again if a check-out is not certain yet, or if records were merged.
 */
async function loanQuota(
  patron: PatronReference,
  _args: unknown,
  context: CirculationContext,
): Promise<PatronQuota> {
  const byCard = await rowsOf(patron, quotaScopes, context, context.loansByCard);
  const [places, { into, from }] = await Promise.all([
    context.recentPlaces.load(patron.id),
    context.merges.load(patron.id),
  ]);
  const { done, pending } = unshown([...byCard.values()].flat(), places, loanKeys);
  if (done.length > 0 || pending.length > 0 || into !== null || from.length > 0) {
    return await quotaReadAgain(patron.id, context);
  }
  const asOf = hongKongInstant(context.clock());
  return { ...countQuota(byCard, places, asOf), patronId: patron.id };
}

/** The patron's quota. Cards and loans are read in the order of a check-out, once for all fields of the request. */
function quotaReadAgain(patronId: string, context: CirculationContext): Promise<PatronQuota> {
  const quota = context.quotas.get(patronId) ?? quotaOf(patronId, context);
  context.quotas.set(patronId, quota);
  return quota;
}

/**
 * Whether the patron may borrow. The three systems are called at the same time. Rejects if a system can't be read
 * (R26).
 */
async function borrowing(patron: PatronReference, args: unknown, context: CirculationContext) {
  requireRead(context.caller, patron.id, quotaScopes);
  const [quota, record, hasCard, isOverLimit] = await Promise.all([
    loanQuota(patron, args, context),
    context.patronsById.load(patron.id),
    hasCardInUse(patron, context),
    owesTooMuch(patron.id, context),
  ]);
  const reasons = reasonsNotToLend({
    isActive: record?.status === 'ACTIVE',
    hasCardInUse: hasCard,
    owesTooMuch: isOverLimit,
    quota,
  });
  return {
    allowed: reasons.length === 0,
    reasons: reasons.map((code) => problemOf(code, { count: quota.used })),
  };
}

async function loans(patron: PatronReference, args: SliceInput, context: CirculationContext) {
  const page = parseLoanPage(args);
  const byCard = await openRows(patron, context, context.loansByCard);
  return loanConnection([...byCard.values()].flat(), page);
}

/** The number of loans in a page if the query gives none. The schema's `assumedSize` has the same number. */
const loansPerPage = 10;

export const parseLoanPage = (args: SliceInput): SliceArguments =>
  parseSlice(args, 'Patron.loans', loansPerPage);

/** A page of loans. The loan that is due soonest comes first. */
export const loanConnection = (loans: readonly Loan[], page: SliceArguments): Connection<Loan> =>
  sliceToConnection(sortBy(loans, dueOrder), dueOrder, page);

async function holds(
  patron: PatronReference,
  args: { readonly state?: readonly ShownHoldState[] | null },
  context: CirculationContext,
) {
  const byCard = await openRows(patron, context, context.holdsByCard);
  const states = args.state ?? openStates;
  const rows = [...byCard.values()].flat();
  // Only clients that request the state `REPLACED` get it. Others get `CANCELLED`, as in earlier releases.
  return sortedHolds(states.includes('REPLACED') ? await withReplaced(rows, context) : rows, states);
}

/** The states of open holds. The schema has the same default. */
export const openStates: readonly ShownHoldState[] = ['QUEUED', 'READY'];

/** The holds in these states. The hold that was placed first comes first. */
export function sortedHolds<Row extends Pick<Hold, 'placedAt' | 'id'> & { readonly state: ShownHoldState }>(
  holds: readonly Row[],
  states: readonly ShownHoldState[],
): readonly Row[] {
  const wanted = holds.filter(({ state }) => states.includes(state));
  return sortBy(wanted, ({ placedAt, id }) => `${placedAt} ${id}`);
}

const chargeScopes: readonly Scope[] = ['circulation:read', 'charges:read'];

async function charges(patron: PatronReference, _args: unknown, context: CirculationContext) {
  const byCard = await openRows(patron, context, context.chargesByCard, chargeScopes);
  return sortedCharges([...byCard.values()].flat(), patron.id);
}

/** The sum of the charges in circulation. If there is a payment system, *charges* resolves this field instead. */
async function owes(patron: PatronReference, _args: unknown, context: CirculationContext) {
  requireReadOrPin(context.caller, patron, chargeScopes);
  const byCard = await openRows(patron, context, context.chargesByCard, [...chargeScopes, 'station']);
  return sumOf([...byCard.values()]);
}

export interface Money {
  readonly cents: number;
  readonly currency: 'HKD';
}

/** Circulation only knows Hong Kong cents. */
export const inHongKongDollars = (cents: number): Money => ({ cents, currency: 'HKD' });

export const sumOf = (charges: readonly (readonly Charge[])[]): Money =>
  inHongKongDollars(charges.flat().reduce((sum, { cents }) => sum + cents, 0));

/**
 * A charge, with the patron by whom *charges* finds it. `patronId` is null if the patron of the charge's card is not
 * known.
 */
type PatronCharge = Charge & { readonly patronId: string | null };

/** The charge that was raised first comes first. */
export const sortedCharges = (charges: readonly Charge[], patronId: string | null): readonly PatronCharge[] =>
  sortBy(charges, ({ raisedOn, id }) => `${raisedOn} ${id}`).map((charge) => ({ ...charge, patronId }));
