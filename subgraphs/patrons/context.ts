import type DataLoader from 'dataloader';
import type { CardManagement } from '../../adapters/credentials/port.ts';
import type { Patron, PatronRegistry } from '../../adapters/patrons/port.ts';
import type {
  CardEvents,
  ChangeAudit,
  Erasure,
  Findings,
  MergedPatrons,
  Owing,
  ReadingAudit,
  StandingBlocks,
} from '../../store/journal/port.ts';
import type { AttemptCounts } from '../operations/attempts/failure-limits.ts';
import type { RecordOpening } from '../operations/reading-audit.ts';
import type { CirculationServices } from '../operations/send-once.ts';
import type { Caller } from '../runtime/caller.ts';

export interface PatronServices extends CirculationServices, AttemptCounts {
  readonly patrons: PatronRegistry;
  /** Suspending and closing block the patron's cards. An erasure counts the applications that card management keeps. */
  readonly cards: Pick<CardManagement, 'cardsByPatron' | 'listApplications'>;
  readonly standingBlocks: StandingBlocks;
  readonly cardEvents: Pick<CardEvents, 'cardsBlockedByOthers'>;
  readonly merged: MergedPatrons;
  readonly owing: Pick<Owing, 'sumOwed'>;
  readonly findings: Pick<Findings, 'openFindingsOf'>;
  readonly audit: ReadingAudit;
  readonly changes: ChangeAudit;
  readonly erasure: Erasure;
}

/** The data and services that the resolvers of one request share. They don't outlive the request. */
export interface PatronsContext {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly services: PatronServices;
  readonly patrons: DataLoader<string, Patron | null>;
  readonly recordOpening: RecordOpening;
}

/** The federation key of a patron. The record is read when a field needs it. */
export interface PatronReference {
  readonly id: string;
}
