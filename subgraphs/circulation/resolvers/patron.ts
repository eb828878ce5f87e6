import type DataLoader from 'dataloader';
import { GraphQLError } from 'graphql';
import type { HoldState } from '../../../adapters/circulation/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { requireRead } from '../../runtime/caller.ts';
import { parsePage, toConnection } from '../../runtime/connection.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { CirculationContext } from '../context.ts';
import { readLoans, readSettledSnapshot } from '../lending/loan-snapshot.ts';
import { loadAll } from '../loaders.ts';
import { countQuota, type LoanQuota } from '../rules/loan-quota.ts';
import { unshown } from '../rules/quota.ts';
import { dueOrder } from '../rules/renewals.ts';

/** A patron as the gateway hands one over: `cardNumbers` are what *credentials* knows, null where that is unknown. */
interface PatronReference {
  readonly id: string;
  readonly cardNumbers?: readonly string[] | null;
}

/** A quota, and whose it is: what it tells of the cards is not for everyone. */
export interface PatronQuota extends LoanQuota {
  readonly patronId: string;
}

export const patronResolvers = {
  __resolveReference: (patron: PatronReference) => patron,
  loanQuota,
  loans,
  holds,
  charges,
};

/** Every row of every card of a patron. Rejects rather than leave a card out (R26). */
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

/**
 * The cards have been read before: what was settled as done in the time since then, and is not among the loans, may have
 * been made on a card that came later, or been returned. Where there is such, all is read anew, in the order of a
 * check-out.
 */
async function loanQuota(
  patron: PatronReference,
  _args: unknown,
  context: CirculationContext,
): Promise<PatronQuota> {
  const byCard = await rowsOf(patron, ['circulation:read', 'station'], context, context.loansByCard);
  const places = await context.recentPlaces.load(patron.id);
  if (unshown([...byCard.values()].flat(), places).done.length > 0) {
    return await quotaOf(patron.id, context);
  }
  const asOf = hongKongInstant(context.clock());
  return { ...countQuota(byCard, places, asOf), patronId: patron.id };
}

/** The patron's quota as it is now, read in the order of a check-out. */
export async function quotaOf(
  patronId: string,
  { lending, signal, clock }: CirculationContext,
): Promise<PatronQuota> {
  const read = () => readLoans(lending, patronId, signal);
  const { byCard, places } = await readSettledSnapshot(lending, patronId, 'LOAN', read);
  return { ...countQuota(byCard, places, hongKongInstant(clock())), patronId };
}

async function loans(
  patron: PatronReference,
  args: { first: number; after?: string | null },
  context: CirculationContext,
) {
  const page = parsePage(args);
  const byCard = await rowsOf(patron, ['circulation:read'], context, context.loansByCard);
  // The order is part of the key, so that a page stays where it was when a loan before it is returned.
  const sorted = sortBy([...byCard.values()].flat(), dueOrder);
  const { after } = page;
  const rest = after === undefined ? sorted : sorted.filter((loan) => dueOrder(loan) > after);
  return toConnection(rest.slice(0, page.first), dueOrder, {
    hasNextPage: rest.length > page.first,
    hasPreviousPage: after !== undefined && rest.length < sorted.length,
    totalCount: sorted.length,
  });
}

async function holds(
  patron: PatronReference,
  args: { state: readonly HoldState[] },
  context: CirculationContext,
) {
  const byCard = await rowsOf(patron, ['circulation:read'], context, context.holdsByCard);
  const wanted = [...byCard.values()].flat().filter((hold) => args.state.includes(hold.state));
  return sortBy(wanted, (hold) => `${hold.placedAt} ${hold.id}`);
}

async function charges(patron: PatronReference, _args: unknown, context: CirculationContext) {
  const byCard = await rowsOf(patron, ['circulation:read'], context, context.chargesByCard);
  return sortBy([...byCard.values()].flat(), (charge) => `${charge.raisedOn} ${charge.id}`);
}

/** By code units: the keys are ISO dates and numbers of one length, which sort so. */
function sortBy<T>(rows: readonly T[], key: (row: T) => string): T[] {
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
