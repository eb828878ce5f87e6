import type { Books, ChangeAudit, Findings, StandingBlocks } from '../../../store/journal/port.ts';
import type { LendingServices } from '../lending/services.ts';

export interface FindingServices extends LendingServices {
  readonly findings: Findings;
  readonly books: Books;
  readonly changes: ChangeAudit;
  readonly standingBlocks: StandingBlocks;
}
