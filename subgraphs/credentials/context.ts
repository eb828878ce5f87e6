import type { Credential } from '../../adapters/credentials/port.ts';
import { hongKongDay } from '../library/calendar.ts';
import { type Caller, requireRead } from '../runtime/caller.ts';
import type { Scope } from '../runtime/scopes.ts';
import { type CredentialLoaders, createCredentialLoaders } from './loaders.ts';
import type { CredentialServices } from './procedures/services.ts';

/** What the resolvers of one request share. */
export interface CredentialsContext extends CredentialLoaders {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly services: CredentialServices;
  /** In Hong Kong. */
  readonly today: string;
}

/** A patron here is a number; what is known of one are the cards. */
export interface PatronReference {
  readonly id: string;
}

export function createContext(
  services: CredentialServices,
  caller: Caller,
  signal: AbortSignal,
  now: Date,
): CredentialsContext {
  return {
    ...createCredentialLoaders(services.cards, signal),
    caller,
    signal,
    services,
    today: hongKongDay(now),
  };
}

/** All cards of a patron, for the patron and for whoever holds one of the scopes. */
export function cardsOf(
  patron: PatronReference,
  scopes: readonly Scope[],
  context: CredentialsContext,
): Promise<readonly Credential[]> {
  requireRead(context.caller, patron.id, scopes);
  return context.cardsByPatron.load(patron.id);
}
