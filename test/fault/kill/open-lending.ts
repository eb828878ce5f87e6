import { createCirculation } from '../../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../../adapters/patrons/soap.ts';
import { DEFAULT_CREDENTIALS } from '../../../simulators/index.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import type { ResolverServices } from '../../../subgraphs/circulation/context.ts';
import { type ChangeTimes, changeTimes } from '../../../subgraphs/operations/change-times.ts';
import { startLogTail } from '../../../subgraphs/operations/log/log-tail.ts';
import { temporaryIndex } from '../../support/index/temporary-index.ts';
import { secret } from '../../support/journal-secret.ts';
import { pastPositionsOf } from '../../support/services/past-positions.ts';

/** These times are long enough for a busy machine. Tests put the clock forward to end them. */
export const patientTimes: ChangeTimes = {
  ...changeTimes,
  sendWithinMs: 10_000,
  callMs: 10_000,
  dropAfterMs: 10_000,
  slackMs: 1_000,
};

/** The systems' URLs, and the path of the journal's file. */
export interface Addresses {
  readonly prs: string;
  readonly cms: string;
  readonly circ: string;
  readonly path: string;
}

/** The services of lending. `resources` closes them. `clock` is the journal's clock. */
export async function openLending(
  { prs, cms, circ, path }: Addresses,
  clock: () => Date,
  log: ResolverServices['log'],
  resources: AsyncDisposableStack,
): Promise<ResolverServices> {
  const limits = { deadlineMs: patientTimes.callMs };
  const secrets = DEFAULT_CREDENTIALS;
  const journal = resources.use(await openSqliteJournal({ secret, path, clock }));
  return {
    circulation: resources.use(createCirculation({ url: circ, ...secrets.circ, limits })),
    cards: resources.use(createCardManagement({ url: cms, ...secrets.cms, limits })),
    patrons: resources.use(createPatronRegistry({ url: prs, limits })),
    journal,
    attempts: journal,
    observer: {},
    audit: journal,
    books: journal,
    findings: journal,
    changes: journal,
    cardEvents: journal,
    suspects: journal,
    standingBlocks: journal,
    notices: journal,
    rowNotes: journal,
    owing: journal,
    merged: journal,
    changeLog: journal,
    logTail: resources.use(startLogTail(journal, { monotonic: () => performance.now() })),
    pastPositions: pastPositionsOf(journal),
    index: await temporaryIndex(resources, clock),
    fingerprintKey: new Uint8Array(32),
    times: patientTimes,
    // The monotonic clock is put forward with the journal's clock.
    monotonic: () => clock().getTime(),
    log,
  };
}
