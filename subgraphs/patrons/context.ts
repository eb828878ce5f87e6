import type DataLoader from 'dataloader';
import type { ReadingAudit } from '../../adapters/journal/port.ts';
import type { Patron, PatronRegistry } from '../../adapters/patrons/port.ts';
import type { OperationLedger } from '../operations/ledger.ts';
import type { Caller } from '../runtime/caller.ts';
import type { ErrorLog } from '../runtime/errors.ts';

/** What this subgraph works with. */
export interface PatronServices extends OperationLedger {
  readonly patrons: PatronRegistry;
  readonly audit: ReadingAudit;
  readonly log: ErrorLog;
}

/** What the resolvers of one request share. Nothing in it outlives the request. */
export interface PatronsContext {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly services: PatronServices;
  readonly patrons: DataLoader<string, Patron | null>;
}

/** The federation key of a patron. The record is read when a field needs it. */
export interface PatronReference {
  readonly id: string;
}
