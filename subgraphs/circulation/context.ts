import type { Branches } from '../library/branches.ts';
import { type Caller, requireRead } from '../runtime/caller.ts';
import type { Scope } from '../runtime/scopes.ts';
import { createPinVerifier, type VerifyPin } from './lending/identify-patron.ts';
import type { LendingServices } from './lending/services.ts';
import { type CirculationLoaders, createCirculationLoaders } from './loaders.ts';

/** What the resolvers of one request share. */
export interface CirculationContext extends CirculationLoaders {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly lending: LendingServices;
  readonly clock: () => Date;
  readonly branches: Branches;
  readonly verifyPin: VerifyPin;
}

export function createContext(
  lending: LendingServices,
  { clock, branches }: Pick<CirculationContext, 'clock' | 'branches'>,
  caller: Caller,
  signal: AbortSignal,
): CirculationContext {
  const verifyPin = createPinVerifier(lending, caller);
  return {
    ...createCirculationLoaders(lending, signal),
    caller,
    signal,
    lending,
    clock,
    branches,
    verifyPin,
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
