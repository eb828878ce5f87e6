import type { IndexDatabase } from '../../adapters/index/port.ts';
import type { Books, Notices, ReadingAudit } from '../../adapters/journal/port.ts';
import type { Branches } from '../library/branches.ts';
import { hongKongDay } from '../library/calendar.ts';
import { type Caller, requireRead } from '../runtime/caller.ts';
import type { ProcessLog } from '../runtime/errors.ts';
import type { Scope } from '../runtime/scopes.ts';
import { type CountedBranches, countBranches } from './index/count-branches.ts';
import { createPinVerifier, type VerifyPin } from './lending/identify-patron.ts';
import type { LoanOrHold } from './lending/run-operation.ts';
import type { LendingServices } from './lending/services.ts';
import { type CirculationLoaders, createCirculationLoaders } from './loaders.ts';

/**
 * What the subgraph needs: to lend, to record who is shown whose operations, to compare them with circulation, to list what is
 * out and what waits, and to show what endpoints could not be given.
 */
export interface ResolverServices extends LendingServices {
  readonly audit: ReadingAudit;
  readonly books: Books;
  readonly notices: Notices;
  readonly index: IndexDatabase;
  readonly log: ProcessLog;
}

/** What the resolvers of one request share. */
export interface CirculationContext extends CirculationLoaders {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly lending: ResolverServices;
  readonly clock: () => Date;
  readonly branches: Branches;
  readonly verifyPin: VerifyPin;
  /** The loans and holds that this request has changed, by operation: as circulation answered, so that they need no reading. */
  readonly changed: Map<string, LoanOrHold>;
  /** What the index counts, read once in a request. */
  readonly branchCounts: () => Promise<CountedBranches>;
}

export function createContext(
  lending: ResolverServices,
  { clock, branches }: Pick<CirculationContext, 'clock' | 'branches'>,
  caller: Caller,
  signal: AbortSignal,
): CirculationContext {
  const verifyPin = createPinVerifier(lending, caller);
  let counted: Promise<CountedBranches> | null = null;
  return {
    ...createCirculationLoaders(lending, signal),
    caller,
    signal,
    lending,
    clock,
    branches,
    verifyPin,
    changed: new Map(),
    branchCounts() {
      counted ??= countBranches(lending.index, hongKongDay(clock()));
      return counted;
    },
  };
}

/** Clears the loaders after a change, so that what was read before it is not shown after it. */
export function forgetReads(loaders: CirculationLoaders): void {
  const { loansByCard, holdsByCard, chargesByCard, items, copiesByText, recentPlaces } = loaders;
  const { patronsById, cardsByPatron } = loaders;
  const inCirculation = [loansByCard, holdsByCard, chargesByCard, items, copiesByText];
  for (const loader of [...inCirculation, recentPlaces, patronsById, cardsByPatron]) {
    loader.clearAll();
  }
}

/** @throws GraphQLError FORBIDDEN or UNAUTHENTICATED for a caller who has none of the scopes. */
export function requireScope({ caller }: CirculationContext, scopes: readonly Scope[]): void {
  requireRead(caller, null, scopes);
}
