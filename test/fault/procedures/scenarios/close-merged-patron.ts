/** The end of a merge, which no caller requests: the loop of *credentials* begins it, and the reconciler carries it out. */
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import type { Seed } from '../../../../simulators/index.ts';
import type { OperationState } from '../../../../store/journal/port.ts';
import { closeIfBack } from '../../../../subgraphs/credentials/merging/start-closing.ts';
import { closeMergedPatron } from '../../../../subgraphs/credentials/procedures/close-merged-patron.ts';
import type { CredentialServices } from '../../../../subgraphs/credentials/procedures/services.ts';
import { findChild } from '../../../../subgraphs/operations/ledger.ts';
import { resume } from '../../../../subgraphs/operations/procedure.ts';

/** Begins an operation that no caller requests, unless it has begun, and resolves to its state. */
export type Background = (services: CredentialServices, settles: boolean) => Promise<OperationState>;

export const merge = {
  leavingId: 'P0000019',
  stayingId: 'P0000003',
  operationId: 'mergedBeforeTheTests01',
} as const;

/** The card that the merge has ended, and the card that a counter has issued on the record since. */
const [endedCard, laterCard] = ['21852000009984', '21852000009992'] as const;

const libraryCard = (cardNo: string, status: 'ACT' | 'CAN'): Seed['cards'][number] => ({
  cardNo,
  patronNo: merge.leavingId,
  type: 'LC',
  status,
  issuedOn: '2026-11-20',
  closedOn: status === 'CAN' ? '2026-11-25' : null,
  hkid: null,
  dateOfIssue: null,
  onReplacement: null,
  infoCardPrintedOn: null,
  pin: null,
});

export const cardsOfMerged = [libraryCard(endedCard, 'CAN'), libraryCard(laterCard, 'ACT')];

export const changesOfClosing = [
  `blocked ${laterCard}`,
  `card ${laterCard}: closedOn`,
  `card ${laterCard}: status "CAN"`,
  `event BLK ${laterCard}`,
  `patron ${merge.leavingId}: lastUpd`,
  `patron ${merge.leavingId}: status "C"`,
];

/**
 * Does what the loop does for one merge. If the process has no reconciler (`settles` is false), also does what the reconciler
 * does.
 */
export const closeMerged: Background = async (services, settles) => {
  const { signal } = new AbortController();
  const parent = { id: merge.operationId };
  const findClosing = () => findChild(services, parent, closeMergedPatron.kind);
  try {
    await closeIfBack(services, merge, signal);
  } catch (error) {
    // The loop logs this, and tries again later.
    if (!(error instanceof UpstreamError)) {
      throw error;
    }
  }
  const begun = await findClosing();
  if (begun?.state === 'UNSETTLED' && !settles) {
    const due = { operation: begun, now: new Date(), observedMs: 0 };
    await resume(services, closeMergedPatron)(due, signal);
  }
  return (await findClosing())?.state ?? 'UNSETTLED';
};
