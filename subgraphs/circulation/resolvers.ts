import type DataLoader from 'dataloader';
import { GraphQLError } from 'graphql';
import type { Charge, Circulation, Hold, HoldState, Item, Loan } from '../../adapters/circulation/port.ts';
import { hongKongDay, hongKongInstant } from '../calendar.ts';
import { type Caller, requireRead } from '../caller.ts';
import { badInput, parsePage, toConnection } from '../connection.ts';
import { hasLuhnCheckDigit } from '../numbers.ts';
import type { SubgraphDefinition } from '../serve.ts';
import { type CirculationLoaders, createCirculationLoaders, loadAll } from './loaders.ts';
import { countQuota, isOverdue, type LoanQuota, renewalsLeft } from './quota.ts';

/** A patron as the gateway hands one over: `cardNumbers` are what *credentials* knows, null where that is unknown. */
interface PatronReference {
  readonly id: string;
  readonly cardNumbers?: readonly string[] | null;
}

interface CirculationContext extends CirculationLoaders {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly circulation: Circulation;
  readonly now: Date;
}

/** The *circulation* subgraph. `clock` tells the day from which a loan is overdue. */
export function circulationSubgraph(
  circulation: Circulation,
  clock: () => Date,
): SubgraphDefinition<CirculationContext> {
  return {
    name: 'circulation',
    createContext: (caller, signal) => ({
      ...createCirculationLoaders(circulation, signal),
      caller,
      signal,
      circulation,
      now: clock(),
    }),
    resolvers: {
      Query: {
        item: (_: unknown, args: { itemNumber: string }, context: CirculationContext) =>
          // R8: a wrong check digit is not found, and nobody is asked.
          hasLuhnCheckDigit(args.itemNumber) ? context.items.load(args.itemNumber) : null,
        items: findItems,
      },
      Patron: {
        __resolveReference: (patron: PatronReference) => patron,
        loanQuota,
        loans: patronLoans,
        holds: patronHolds,
        charges: patronCharges,
      },
      LoanQuota: {
        // A station sees the figures, not which other cards there are (R29).
        byCredential: (
          { byCredential, patronId }: LoanQuota & { readonly patronId: string },
          _args: unknown,
          context: CirculationContext,
        ) => {
          requireRead(context.caller, patronId, ['circulation:read']);
          return byCredential;
        },
      },
      Loan: {
        // The loan knows its copy's number, title and branch; the rest is read only where it is asked for.
        item: ({ itemNumber, titleNumber, title, branch }: Loan) => ({
          itemNumber,
          titleNumber,
          title,
          branch,
        }),
        credential,
        overdue: (loan: Loan, _args: unknown, context: CirculationContext) =>
          isOverdue(loan, hongKongDay(context.now)),
        renewalsLeft,
      },
      Hold: { credential },
      Charge: { amount: ({ cents }: Charge) => ({ cents, currency: 'HKD' }) },
      Item: {
        __resolveReference: ({ itemNumber }: { itemNumber: string }, context: CirculationContext) =>
          context.items.load(itemNumber),
        author: itemField('author'),
        callNumber: itemField('callNumber'),
        material: itemField('material'),
        state: itemField('state'),
      },
    },
  };
}

const credential = ({ libraryCardNumber }: Loan | Hold) => ({ libraryCardNumber });

/** A field of the copy's record, read once a request: a loan's item comes without it. */
function itemField<Key extends keyof Item>(key: Key) {
  return async (item: Pick<Item, 'itemNumber'>, _args: unknown, context: CirculationContext) =>
    (await context.items.load(item.itemNumber))?.[key] ?? null;
}

async function findItems(_: unknown, args: { title: string; first: number }, context: CirculationContext) {
  const { first } = parsePage({ first: args.first });
  const title = args.title.trim();
  const length = [...title].length;
  if (length < 2 || length > 100) {
    throw badInput(`\`title\` must have 2 to 100 characters, not ${length}.`);
  }
  const items = await context.circulation.findItems(title, first, context.signal);
  for (const item of items) {
    context.items.prime(item.itemNumber, item);
  }
  return items;
}

/** Every row of every card of a patron. Rejects rather than leave a card out (R26). */
async function rowsOf<Row>(
  patron: PatronReference,
  scopes: readonly string[],
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

async function loanQuota(
  patron: PatronReference,
  _args: unknown,
  context: CirculationContext,
): Promise<LoanQuota & { readonly patronId: string }> {
  const loans = await rowsOf(patron, ['circulation:read', 'station'], context, context.loansByCard);
  // No check-out goes through this service yet, so none can be pending.
  return { ...countQuota(loans, 0, hongKongInstant(context.now)), patronId: patron.id };
}

async function patronLoans(
  patron: PatronReference,
  args: { first: number; after?: string | null },
  context: CirculationContext,
) {
  const page = parsePage(args);
  const byCard = await rowsOf(patron, ['circulation:read'], context, context.loansByCard);
  // The order is part of the key, so that a page stays where it was when a loan before it is returned.
  const key = (loan: Loan) => `${loan.dueOn} ${loan.checkedOutAt} ${loan.id}`;
  const loans = sortBy([...byCard.values()].flat(), key);
  const { after } = page;
  const rest = after === undefined ? loans : loans.filter((loan) => key(loan) > after);
  return toConnection(rest.slice(0, page.first), key, {
    hasNextPage: rest.length > page.first,
    hasPreviousPage: after !== undefined && rest.length < loans.length,
    totalCount: loans.length,
  });
}

async function patronHolds(
  patron: PatronReference,
  args: { state: readonly HoldState[] },
  context: CirculationContext,
) {
  const byCard = await rowsOf(patron, ['circulation:read'], context, context.holdsByCard);
  const holds = [...byCard.values()].flat().filter((hold) => args.state.includes(hold.state));
  return sortBy(holds, (hold) => `${hold.placedAt} ${hold.id}`);
}

async function patronCharges(patron: PatronReference, _args: unknown, context: CirculationContext) {
  const byCard = await rowsOf(patron, ['circulation:read'], context, context.chargesByCard);
  return sortBy([...byCard.values()].flat(), (charge) => `${charge.raisedOn} ${charge.id}`);
}

/** By code units: the keys are ISO dates and numbers of one length, which sort so. */
function sortBy<T>(rows: readonly T[], key: (row: T) => string): T[] {
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
