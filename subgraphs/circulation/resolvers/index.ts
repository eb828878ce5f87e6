import type { Charge, Hold, Item, Loan } from '../../../adapters/circulation/port.ts';
import { type Branch, type Branches, noBranches } from '../../library/branches.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { cursorBefore, cursorOfIndex, followable } from '../../operations/changes/list-cursors.ts';
import { problemResolvers, problemTypesOf } from '../../operations/problem.ts';
import { startReconciler } from '../../operations/reconciler.ts';
import { together } from '../../operations/repeat.ts';
import { classOf, type ServicesOf } from '../../runtime/call-class.ts';
import { parseFirst } from '../../runtime/pagination.ts';
import { pause } from '../../runtime/pause.ts';
import type { SubgraphDefinition } from '../../runtime/serve.ts';
import { withOfflineFindings } from '../books/lent-offline.ts';
import { startPatronBooks } from '../books/patron-books.ts';
import { type CirculationContext, createContext, type ResolverServices, requireScope } from '../context.ts';
import { startFeedFollower } from '../feed/follower.ts';
import { both } from '../feed/listener.ts';
import { startIndexBuilder } from '../index/builder.ts';
import { startLogKeeper } from '../log/keeper.ts';
import { startRemovingNotes } from '../notes/remove-notes.ts';
import { recoveryOf } from '../procedures/recovery.ts';
import { preferenceRecovery } from '../procedures/set-notice-preferences.ts';
import { findingRecovery } from '../procedures/work-on-findings.ts';
import { isOverdue, renewalsLeft } from '../rules/renewals.ts';
import { changeResolvers, subscriptions } from './changes/index.ts';
import { stationMutations } from './changes/stations.ts';
import { findingResolvers, findings } from './findings.ts';
import { dueOnOfItem, holdsOfItem, loanOfItem, recordIfFound } from './item-readers.ts';
import { branchCountResolvers, lendingDays, libraryCountResolvers, libraryCounts } from './library/counts.ts';
import { holdShelf, loans, pageResolvers } from './library/lists.ts';
import { pullList } from './library/pull-list.ts';
import { mutations } from './mutations.ts';
import { node } from './node.ts';
import { preferenceResolvers } from './notices/notice-preferences.ts';
import { noticeResolvers, ownNoticeResolvers, resendNotice, undeliveredNotices } from './notices/notices.ts';
import { switchOffNotice } from './notices/switch-off-notice.ts';
import { operationRequestResolvers } from './operations/operation-requests.ts';
import { myOperations, operation, operationResolvers, operations } from './operations/operations.ts';
import { inHongKongDollars, patronResolvers } from './patron.ts';
import { quotaResolvers } from './quota.ts';
import { readerHolds, readerLoans, readerOwes, readerPatron } from './reader.ts';
import { resultResolvers } from './results.ts';
import { destinationOfItem, returnedCopyResolvers } from './returned-copy.ts';
import { noteOnRow, rowNoteResolvers } from './row-notes.ts';
import { searchText } from './search-text.ts';
import { copyOfHold, titleResolvers, titles, workOf } from './titles.ts';

const followedBy = ({ caller }: CirculationContext) => ({ caller, field: 'libraryChanges' });
const beforeList = (context: CirculationContext) => cursorBefore(context.services, followedBy(context));
const ofIndex = (context: CirculationContext) => cursorOfIndex(context.services, followedBy(context));

/** Starts work that runs in the background as long as the subgraph runs. */
export type BackgroundWork = () => AsyncDisposable;

/**
 * The *circulation* subgraph.
 * @param clock gives the day that decides whether a loan is overdue
 * @param buildsIndex whether to build the index. This calls the legacy systems all the time, so tests that count calls
 *   or inject faults set it to false.
 * @param moreWork runs in the background, in addition to the subgraph's own work
 */
export function circulationSubgraph(
  servicesOf: ServicesOf<ResolverServices>,
  clock: () => Date,
  branches: Branches = noBranches,
  buildsIndex = true,
  moreWork: readonly BackgroundWork[] = [],
): SubgraphDefinition<CirculationContext> {
  return {
    name: 'circulation',
    createContext: (caller, signal, operation, query) =>
      createContext(servicesOf(classOf(caller, operation)), { clock, branches }, caller, signal, query),
    start() {
      const services = servicesOf('background');
      const reconcilers = {
        ...withOfflineFindings(services, recoveryOf(services)),
        ...findingRecovery(services),
        ...preferenceRecovery(services),
      };
      const reconciler = startReconciler({ ...services, reconcilers });
      return together([
        reconciler,
        services.pastPositions.start(),
        ...followFeed(services, clock, buildsIndex),
        ...moreWork.map((start) => start()),
      ]);
    },
    resolvers: {
      Query: {
        item,
        items,
        titles,
        branches: (_: unknown, _args: unknown, { branches }: CirculationContext) => branches.all,
        node,
        operation,
        operations: followable(operations, beforeList),
        myOperations,
        readerLoans,
        readerHolds,
        readerPatron,
        readerOwes,
        loans: followable(loans, ofIndex),
        holdShelf: followable(holdShelf, ofIndex),
        pullList: followable(pullList, ofIndex),
        lendingDays,
        libraryCounts,
        undeliveredNotices: followable(undeliveredNotices, beforeList),
        findings: followable(findings, beforeList),
      },
      Mutation: { ...mutations, resendNotice, noteOnRow, switchOffNotice, ...stationMutations },
      Subscription: subscriptions,
      ...changeResolvers,
      UndeliveredNotice: noticeResolvers,
      NoticePreferences: preferenceResolvers,
      PatronNotice: ownNoticeResolvers,
      RowNote: rowNoteResolvers,
      Patron: patronResolvers,
      LibraryLoanConnection: pageResolvers,
      HoldShelfConnection: pageResolvers,
      PullListConnection: { asOf: pageResolvers.asOf },
      LoanQuota: quotaResolvers,
      Loan: {
        // The loan has these fields of its item. The item itself is read only if other fields are requested.
        item: ({ itemNumber, titleNumber, title, branch }: Loan) => ({
          itemNumber,
          titleNumber,
          title,
          branch,
        }),
        credential,
        overdue: (loan: Loan, _args: unknown, { clock: now }: CirculationContext) =>
          isOverdue(loan, hongKongDay(now())),
        renewalsLeft: (loan: Loan) => renewalsLeft(loan),
        patron: patronOfCard,
      },
      Hold: {
        credential,
        work: workOf,
        copy: copyOfHold,
        pickup: ({ pickupBranch }: Hold, _args: unknown, context: CirculationContext) =>
          context.branches.byCode(pickupBranch),
        patron: patronOfCard,
      },
      Branch: {
        name: ({ name }: Branch, _args: unknown, { caller }: CirculationContext) => name[caller.language],
        ...branchCountResolvers,
      },
      LibraryCounts: libraryCountResolvers,
      Title: titleResolvers,
      BorrowingProblem: problemResolvers,
      ResendNoticeProblem: problemResolvers,
      SwitchOffNoticeProblem: problemResolvers,
      Charge: { amount: ({ cents }: Charge) => inHongKongDollars(cents) },
      Item: {
        __resolveReference: ({ itemNumber }: { itemNumber: string }, { items: loader }: CirculationContext) =>
          loader.load(itemNumber),
        id: ({ itemNumber }: Pick<Item, 'itemNumber'>) => itemNumber,
        author: itemField('author'),
        callNumber: itemField('callNumber'),
        material: itemField('material'),
        state: itemField('state'),
        dueOn: dueOnOfItem,
        loan: loanOfItem,
        holds: holdsOfItem,
        destination: destinationOfItem,
        work: workOf,
        location: ({ branch }: Item, _args: unknown, { branches }: CirculationContext) =>
          branch === null ? null : branches.byCode(branch),
      },
      ...resultResolvers,
      ...returnedCopyResolvers,
      ...operationResolvers,
      ...operationRequestResolvers,
      ...problemTypesOf({ ...resultResolvers, ...operationResolvers }),
      ...findingResolvers,
    },
  };
}

/**
 * Starts the follower of the feed, and the log of changes. If `buildsIndex` is true, also starts the builder of the
 * index, the comparison of patrons and the removal of notes.
 */
function followFeed(
  services: ResolverServices,
  clock: () => Date,
  buildsIndex: boolean,
): readonly AsyncDisposable[] {
  const keeper = startLogKeeper(services, clock);
  if (!buildsIndex) {
    return [startFeedFollower(services, pause, keeper), keeper];
  }
  const books = startPatronBooks(services);
  const { index, applicationsPolled } = keeper;
  const { crawled } = books;
  const builder = startIndexBuilder({ ...services, index, crawled, applicationsPolled }, clock);
  // The log is the last listener. So clients get an event only after the index has marked what the event changes.
  const listener = both(both(builder, books), keeper);
  const notes = startRemovingNotes(services, pause);
  return [startFeedFollower(services, pause, listener), builder, books, keeper, notes];
}

async function credential(row: Loan | Hold, _args: unknown, context: CirculationContext) {
  await recordIfFound(row, context);
  return { libraryCardNumber: row.libraryCardNumber };
}

/** The patron of the card that a loan or a hold is on. Null if card management doesn't know the card. */
async function patronOfCard(row: Loan | Hold, _args: unknown, context: CirculationContext) {
  requireScope(context, ['circulation:read']);
  await recordIfFound(row, context);
  const card = await context.cardsByNumber.load(row.libraryCardNumber);
  return card === null ? null : { id: card.patronId };
}

async function item(
  _: unknown,
  { itemNumber }: { readonly itemNumber: string },
  { items: loader }: CirculationContext,
): Promise<Item | null> {
  // Circulation is not called for a wrong check digit, because no item has such a number (R8).
  return hasLuhnCheckDigit(itemNumber) ? await loader.load(itemNumber) : null;
}

async function items(
  _: unknown,
  args: { readonly title: string; readonly first?: number | null },
  context: CirculationContext,
) {
  const first = parseFirst(args);
  const title = searchText('title', args.title);
  const found = await context.services.circulation.findItems(title, first, context.signal);
  for (const one of found) {
    context.items.prime(one.itemNumber, one);
  }
  return found;
}

/** The resolver of a field that only the item's record has. The record is read only once in a request. */
function itemField<Key extends keyof Item>(key: Key) {
  return async ({ itemNumber }: Pick<Item, 'itemNumber'>, _args: unknown, context: CirculationContext) =>
    (await context.items.load(itemNumber))?.[key] ?? null;
}
