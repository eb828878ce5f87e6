import type { Credential } from '../../adapters/credentials/port.ts';
import { hongKongDay } from '../library/calendar.ts';
import type { LiveServices } from '../operations/changes/services.ts';
import { createOpenings, type RecordOpening } from '../operations/reading-audit.ts';
import { type Caller, requireRead } from '../runtime/caller.ts';
import type { ClientQuery } from '../runtime/loaders/once-per-query.ts';
import type { Scope } from '../runtime/scopes.ts';
import { type CredentialLoaders, createCredentialLoaders } from './loaders.ts';
import type { CredentialServices } from './procedures/services.ts';

export type ResolverServices = CredentialServices & LiveServices;

/** The data and services that the resolvers of one request share. */
export interface CredentialsContext extends CredentialLoaders {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly services: ResolverServices;
  readonly recordOpening: RecordOpening;
  /** A day in Hong Kong, `YYYY-MM-DD`. */
  readonly today: string;
  readonly now: Date;
}

/** The federation key of a patron. This subgraph has a patron's cards, and *patrons* has the record. */
export interface PatronReference {
  readonly id: string;
}

export function createContext(
  services: ResolverServices,
  caller: Caller,
  signal: AbortSignal,
  now: Date,
  query: ClientQuery,
): CredentialsContext {
  return {
    ...createCredentialLoaders(services, signal, query),
    caller,
    signal,
    services,
    recordOpening: createOpenings(services, caller),
    today: hongKongDay(now),
    now,
  };
}

/**
 * All cards of a patron.
 * @throws GraphQLError UNAUTHENTICATED or FORBIDDEN unless the caller is the patron or has one of the scopes (R27).
 */
export function loadCards(
  patron: PatronReference,
  scopes: readonly Scope[],
  context: CredentialsContext,
): Promise<readonly Credential[]> {
  requireRead(context.caller, patron.id, scopes);
  return context.cardsByPatron.load(patron.id);
}
