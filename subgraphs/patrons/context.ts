import type DataLoader from 'dataloader';
import type { Circulation } from '../../adapters/circulation/port.ts';
import type { CardManagement } from '../../adapters/credentials/port.ts';
import type { Patron, PatronRegistry } from '../../adapters/patrons/port.ts';
import type { ChangeAudit, ReadingAudit } from '../../store/journal/port.ts';
import type { OperationLedger } from '../operations/ledger.ts';
import type { Caller } from '../runtime/caller.ts';
import type { ErrorLog } from '../runtime/errors.ts';

/** The services of this subgraph. */
export interface PatronServices extends OperationLedger {
  readonly patrons: PatronRegistry;
  /** Before a record is closed, the patron's loans are read. */
  readonly cards: Pick<CardManagement, 'cardsByPatron'>;
  readonly circulation: Pick<Circulation, 'loansByCard'>;
  readonly audit: ReadingAudit;
  readonly changes: ChangeAudit;
  readonly log: ErrorLog;
}

/** The data and services that the resolvers of one request share. They don't outlive the request. */
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
