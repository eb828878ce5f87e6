import type DataLoader from 'dataloader';
import type { Loan } from '../../adapters/circulation/port.ts';
import type { IndexDatabase, IndexProgress } from '../../store/index/port.ts';
import type {
  Books,
  CardEvents,
  ChangeAudit,
  Findings,
  MergedPatrons,
  NoticePreferences,
  Notices,
  Owing,
  ReaderPreferences,
  ReadingAudit,
  RowNote,
  RowNotes,
  StandingBlocks,
  Suspects,
} from '../../store/journal/port.ts';
import type { Branches } from '../library/branches.ts';
import { daysAfter, hongKongDay } from '../library/calendar.ts';
import type { CardsToVerify } from '../operations/attempts/card-by-pin.ts';
import type { LiveServices } from '../operations/changes/services.ts';
import {
  createOpenings,
  type RecordOpening,
  recordOperationsReading,
  recordReadingByItem,
} from '../operations/reading-audit.ts';
import { type Caller, requireRead } from '../runtime/caller.ts';
import type { ProcessLog } from '../runtime/errors.ts';
import { createLoader } from '../runtime/loaders/loader.ts';
import type { ClientQuery } from '../runtime/loaders/once-per-query.ts';
import type { Scope } from '../runtime/scopes.ts';
import { type CountedBranches, countBranches } from './index/count-branches.ts';
import { requireOpen, requireWhole, shownAsOf } from './index/require-whole.ts';
import { createPinVerifier, type VerifyPin } from './lending/identify-patron.ts';
import type { LoanSnapshot } from './lending/loan-snapshot.ts';
import type { LoanOrHold } from './lending/run-operation.ts';
import type { LendingServices } from './lending/services.ts';
import { type CirculationLoaders, createCirculationLoaders, loadAll } from './loaders.ts';
import type { PatronQuota } from './rules/loan-quota.ts';

export interface ResolverServices extends LendingServices, LiveServices {
  readonly audit: ReadingAudit;
  readonly books: Books;
  readonly findings: Findings;
  readonly changes: ChangeAudit;
  readonly cardEvents: CardEvents;
  readonly standingBlocks: StandingBlocks;
  readonly suspects: Suspects;
  readonly merged: MergedPatrons;
  readonly notices: Notices & ReaderPreferences;
  readonly rowNotes: RowNotes;
  readonly owing: Pick<Owing, 'sumOwed' | 'owingState'>;
  readonly index: IndexDatabase;
  readonly log: ProcessLog;
}

/** The data and functions that the resolvers of one request share. */
export interface CirculationContext extends CirculationLoaders {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly services: ResolverServices;
  readonly clock: () => Date;
  readonly branches: Branches;
  readonly verifyPin: VerifyPin;
  /**
   * The loans and holds that this request has changed, by operation id. They are as circulation returned them, so they
   * need not be read again.
   */
  readonly changed: Map<string, LoanOrHold>;
  /**
   * The loans that a check-out read before it lent, by operation id. Each mutation in the request first empties the
   * map.
   */
  readonly loansBefore: Map<string, LoanSnapshot<Loan>>;
  /**
   * Loads the patrons of cards, by card number, for staff who look up what was done with a card. An audit record is
   * written before a patron is returned (R27). Null if card management doesn't know the card.
   */
  readonly recordedOwners: DataLoader<string, string | null>;
  /** Like `recordedOwners`, for staff who look up an item and see who has it on loan or on hold. */
  readonly recordedReaders: DataLoader<string, string | null>;
  readonly recordOpening: RecordOpening;
  /**
   * The quotas that this request has read, by patron number, so that several fields use the same answer. The systems
   * are read in the same order as for a check-out.
   */
  readonly quotas: Map<string, Promise<PatronQuota>>;
  /** Each patron's choices about notices, by the patron's number. */
  readonly noticePreferences: DataLoader<string, NoticePreferences>;
  /** The notes that staff left on rows of lists, by the number of the patron in the row. */
  readonly rowNotes: DataLoader<string, readonly RowNote[]>;
  /** Resolves to the progress of building the index. It is read once in a request. @throws StoreUnavailable */
  readonly indexProgress: () => Promise<IndexProgress>;
  /**
   * Resolves to the progress of building the index, if staff's lists are open.
   * @throws GraphQLError INDEX_NOT_READY; StoreUnavailable
   */
  readonly requireOpenIndex: () => Promise<IndexProgress>;
  /**
   * Resolves to the progress of building the index, if the index is complete. Counts need a complete index.
   * @throws GraphQLError INDEX_NOT_READY; StoreUnavailable
   */
  readonly requireWholeIndex: () => Promise<IndexProgress>;
  /**
   * Resolves to the index's counts for each branch. For each `overdueDays`, the counts are read once in a request.
   * `overdue` is the number of loans that are overdue for at least `overdueDays` days (default 1).
   * @throws as `requireWholeIndex` does.
   */
  readonly branchCounts: (overdueDays?: number) => Promise<CountedBranches>;
}

export function createContext(
  services: ResolverServices,
  { clock, branches }: Pick<CirculationContext, 'clock' | 'branches'>,
  caller: Caller,
  signal: AbortSignal,
  query: ClientQuery = null,
): CirculationContext {
  const indexProgress = once(() => services.index.progress());
  const requireWholeIndex = async () => requireWhole(await indexProgress());
  const loaders = createCirculationLoaders(services, signal, query);
  const verifyPin = createPinVerifier(
    services,
    caller,
    query === null ? services.cards : withLoadedCards(services.cards, loaders),
  );
  const ownersRecordedBy = (record: typeof recordOperationsReading) => async (numbers: readonly string[]) => {
    const cards = await loadAll(loaders.cardsByNumber, numbers);
    const owners = cards.map((card) => card?.patronId ?? null);
    await record(services, caller, owners);
    return owners;
  };
  return {
    ...loaders,
    caller,
    signal,
    services,
    clock,
    branches,
    verifyPin,
    changed: new Map(),
    loansBefore: new Map(),
    quotas: new Map(),
    recordedOwners: createLoader('recordedOwners', ownersRecordedBy(recordOperationsReading)),
    recordedReaders: createLoader('recordedReaders', ownersRecordedBy(recordReadingByItem)),
    recordOpening: createOpenings(services, caller),
    noticePreferences: createLoader('noticePreferences', (patronIds) =>
      services.notices.noticePreferences(patronIds),
    ),
    rowNotes: createLoader('rowNotes', (patronIds) => services.rowNotes.rowNotes(patronIds)),
    indexProgress,
    requireOpenIndex: async () => requireOpen(await indexProgress()),
    requireWholeIndex,
    branchCounts: createBranchCounts(async (overdueDays) => {
      const dueBefore = daysAfter(hongKongDay(clock()), 1 - overdueDays);
      const asOf = shownAsOf(await requireWholeIndex(), clock());
      return await countBranches(services.index, asOf, dueBefore);
    }),
  };
}

/** Returns a function that does the work at its first call. Later calls get the same result. */
export function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | null = null;
  return () => {
    result ??= work();
    return result;
  };
}

/** Reads the cards that are needed to verify a PIN. A card that the query has already read is not read again. */
const withLoadedCards = (cards: CardsToVerify, { cardsByNumber }: CirculationLoaders): CardsToVerify => ({
  verifyPin: (number, pin, signal) => cards.verifyPin(number, pin, signal),
  cardsByNumber: (numbers) => loadAll(cardsByNumber, numbers),
});

/** Returns a function that reads the counts once for each value of `overdueDays`. */
function createBranchCounts(
  read: (overdueDays: number) => Promise<CountedBranches>,
): CirculationContext['branchCounts'] {
  const counts = new Map<number, Promise<CountedBranches>>();
  return (overdueDays = 1) => {
    const counted = counts.get(overdueDays) ?? read(overdueDays);
    counts.set(overdueDays, counted);
    return counted;
  };
}

/** Clears the loaders after a change, so that later fields don't show data from before the change. */
export function forgetReads(loaders: CirculationContext): void {
  const { loansByCard, holdsByCard, chargesByCard, items, copiesByText, recentPlaces } = loaders;
  const { patronsById, cardsOfRecord, cardsByPatron, cardsByNumber, noticePreferences, merges } = loaders;
  const inCirculation = [loansByCard, holdsByCard, chargesByCard, items, copiesByText];
  const inCards = [cardsOfRecord, cardsByPatron, cardsByNumber];
  const others = [patronsById, noticePreferences, merges];
  for (const loader of [...inCirculation, ...inCards, recentPlaces, ...others]) {
    loader.clearAll();
  }
  loaders.quotas.clear();
}

/** @throws GraphQLError FORBIDDEN or UNAUTHENTICATED if the caller has none of the scopes. */
export function requireScope({ caller }: CirculationContext, scopes: readonly Scope[]): void {
  requireRead(caller, null, scopes);
}
