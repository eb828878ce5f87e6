import type { CardManagement, Credential } from '../../../adapters/credentials/port.ts';
import type { PatronRegistry } from '../../../adapters/patrons/port.ts';
import type { ApplicationIndex } from '../../../store/index/port.ts';
import type {
  CardEvents,
  ChangeAudit,
  MergedPatrons,
  ReadingAudit,
  ReceivedApplications,
  StandingBlocks,
} from '../../../store/journal/port.ts';
import type { AttemptCounts } from '../../operations/attempts/failure-limits.ts';
import type { Task } from '../../operations/procedure.ts';
import type { CirculationServices } from '../../operations/send-once.ts';

export interface CredentialServices extends CirculationServices, AttemptCounts {
  readonly cards: CardManagement;
  readonly patrons: PatronRegistry;
  readonly audit: ReadingAudit;
  readonly changes: ChangeAudit;
  readonly standingBlocks: StandingBlocks;
  readonly cardEvents: Pick<CardEvents, 'cardsBlockedByOthers'>;
  readonly received: ReceivedApplications;
  readonly merged: MergedPatrons;
  readonly index: ApplicationIndex;
  /** The HMAC key of pseudonyms (R28). It never changes. With another key, partners would lose all their readers. */
  readonly pseudonymKey: Uint8Array;
  /** Called with the card that card management returns after a change, so that a client's request can show it. */
  readonly cardChanged?: (card: Credential) => void;
}

export type CredentialTask = Task<CredentialServices>;
