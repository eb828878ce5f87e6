import type DataLoader from 'dataloader';
import type { ChargesLedger, Origin } from '../../adapters/charges/port.ts';
import type { Circulation } from '../../adapters/circulation/port.ts';
import type { CardManagement, Credential } from '../../adapters/credentials/port.ts';
import type {
  AdoptedOperations,
  MergedPatrons,
  Owing,
  PatronMerges,
  ReadingAudit,
} from '../../store/journal/port.ts';
import type { Branches } from '../library/branches.ts';
import type { PreparedChangeServices } from '../operations/adopted/prepared-change.ts';
import type { AttemptCounts } from '../operations/attempts/failure-limits.ts';
import { createOpenings, type RecordOpening } from '../operations/reading-audit.ts';
import type { Caller } from '../runtime/caller.ts';
import type { PaymentSettings } from '../runtime/environment/payments.ts';
import type { ClientQuery } from '../runtime/loaders/once-per-query.ts';
import {
  type CardContentLoaders,
  cardContentLoaders,
  cardLoaders,
  mergesLoader,
} from '../runtime/loaders/shared-loaders.ts';
import { type LedgerLoaders, ledgerLoaders } from './loaders.ts';
import { originOfReading } from './origin.ts';
import type { Account } from './rules/account.ts';

export interface ChargesServices extends AttemptCounts, PreparedChangeServices {
  readonly audit: ReadingAudit;
  readonly cards: CardManagement;
  readonly circulation: Circulation;
  readonly ledger: ChargesLedger;
  readonly merged: MergedPatrons;
  readonly owing: Owing;
  readonly adoptedOperations: AdoptedOperations;
  readonly payments: PaymentSettings;
}

/** The data and services that the resolvers of one request share. */
export interface ChargesContext extends LedgerLoaders, CardContentLoaders {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly services: ChargesServices;
  readonly clock: () => Date;
  readonly branches: Branches;
  readonly origin: Origin;
  readonly recordOpening: RecordOpening;
  readonly merges: DataLoader<string, PatronMerges>;
  /** Loads all cards of a patron record, including ended ones. */
  readonly cardsOfRecord: DataLoader<string, readonly Credential[]>;
  /** The card numbers that the gateway sent with this request, by patron number. */
  readonly cardNumbers: Map<string, readonly string[]>;
  /** The accounts that this request has read, by patron number, so that several fields use the same answer. */
  readonly accounts: Map<string, Promise<Account>>;
}

export function createContext(
  services: ChargesServices,
  { clock, branches }: Pick<ChargesContext, 'clock' | 'branches'>,
  caller: Caller,
  signal: AbortSignal,
  query: ClientQuery,
): ChargesContext {
  const origin = originOfReading(caller);
  return {
    caller,
    signal,
    services,
    clock,
    branches,
    origin,
    recordOpening: createOpenings(services, caller),
    ...ledgerLoaders(query, services.ledger, origin, signal),
    ...cardContentLoaders(query, services.circulation, signal),
    cardsOfRecord: cardLoaders(query, services.cards, signal).cardsOfRecord,
    merges: mergesLoader(query, services.merged),
    cardNumbers: new Map(),
    accounts: new Map(),
  };
}
