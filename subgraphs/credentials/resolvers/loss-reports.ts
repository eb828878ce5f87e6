import type { LossReport } from '../../../adapters/credentials/port.ts';
import type { ApplicationOrder } from '../../../store/index/port.ts';
import { isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import { requireRead } from '../../runtime/caller.ts';
import {
  badInput,
  type CountedPage,
  type PageInput,
  pageToConnection,
  parsePage,
} from '../../runtime/pagination.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { CredentialsContext, PatronReference } from '../context.ts';
import { findLossReport, lossReportsOfCards, newestLossReports } from './indexed-lists.ts';

const lossReportScopes: readonly Scope[] = ['credentials:read'];

interface LossReportFilter {
  readonly patronId?: string | null;
  readonly libraryCardNumber?: string | null;
}

interface LossReportsInput extends PageInput {
  readonly filter?: LossReportFilter | null;
  readonly orderBy?: ApplicationOrder | null;
}

export async function lossReports(
  _: unknown,
  { filter, orderBy, ...args }: LossReportsInput,
  context: CredentialsContext,
) {
  requireRead(context.caller, null, lossReportScopes);
  const order = orderBy ?? 'OLDEST_FIRST';
  const page = parsePage(args, `lossReports ${order}`);
  const cards = await cardsIn(filter ?? {}, context);
  if (cards !== null) {
    return await lossReportsOfCards(cards, order, page, context);
  }
  if (order === 'NEWEST_FIRST') {
    return await newestLossReports(page, context);
  }
  const found = await context.services.cards.listLossReports(page, context.signal);
  return pageToConnection(found.rows, found, page);
}

/** The reports about all cards of a patron, including cards of records that were merged into the patron's. */
export async function patronLossReports(
  { id }: PatronReference,
  args: PageInput,
  context: CredentialsContext,
): Promise<CountedPage<LossReport>> {
  requireRead(context.caller, id, lossReportScopes);
  const page = parsePage(args, 'Patron.lossReports');
  const { from } = await context.merges.load(id);
  const cards = await Promise.all([id, ...from].map((patronId) => context.cardsByPatron.load(patronId)));
  const numbers = cards.flat().map(({ libraryCardNumber }) => libraryCardNumber);
  return await lossReportsOfCards(numbers, 'OLDEST_FIRST', page, context);
}

/**
 * The numbers of the cards that the filter names. Null if the filter is empty: the reports of all cards are wanted.
 * @throws GraphQLError BAD_USER_INPUT for a text that can't be a patron number
 */
async function cardsIn(
  { patronId = null, libraryCardNumber = null }: LossReportFilter,
  { cardsByPatron }: CredentialsContext,
): Promise<readonly string[] | null> {
  if (patronId === null) {
    return libraryCardNumber === null ? null : [libraryCardNumber];
  }
  if (!isVendorNumber(patronId)) {
    throw badInput('`filter.patronId` must be a patron number, as in `P0000001`.');
  }
  const numbers = (await cardsByPatron.load(patronId)).map((card) => card.libraryCardNumber);
  return numbers.filter((number) => libraryCardNumber === null || number === libraryCardNumber);
}

export const lossReportResolvers = {
  __resolveReference: ({ id }: { readonly id: string }, context: CredentialsContext) => {
    requireRead(context.caller, null, lossReportScopes);
    return findLossReport(id, context);
  },
  credential: (report: LossReport, _args: unknown, context: CredentialsContext) =>
    context.cardsByNumber.load(report.libraryCardNumber),
};
