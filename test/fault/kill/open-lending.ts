import { createCirculation } from '../../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../../adapters/credentials/soap.ts';
import { openSqliteJournal } from '../../../adapters/journal/sqlite/index.ts';
import { createPatronRegistry } from '../../../adapters/patrons/soap.ts';
import { DEFAULT_CREDENTIALS } from '../../../simulators/index.ts';
import type { LendingServices } from '../../../subgraphs/circulation/lending/services.ts';
import { type ChangeTimes, changeTimes } from '../../../subgraphs/operations/change-times.ts';
import { secret } from '../../support/journal-secret.ts';

/** Long enough for a machine that is busy with a lot else; the end is seen by the journal's clock, which is put forward. */
export const patientTimes: ChangeTimes = {
  ...changeTimes,
  sendWithinMs: 10_000,
  callMs: 10_000,
  dropAfterMs: 10_000,
  slackMs: 1_000,
};

/** Where the systems and the journal's file are. */
export interface Places {
  readonly prs: string;
  readonly cms: string;
  readonly circ: string;
  readonly path: string;
}

/** What lending works with. `clock` is the journal's; closed with `resources`. */
export async function openLending(
  { prs, cms, circ, path }: Places,
  clock: () => Date,
  log: LendingServices['log'],
  resources: AsyncDisposableStack,
): Promise<LendingServices> {
  const limits = { deadlineMs: patientTimes.callMs };
  const secrets = DEFAULT_CREDENTIALS;
  const journal = resources.use(await openSqliteJournal({ secret, path, clock }));
  return {
    circulation: resources.use(await createCirculation({ url: circ, ...secrets.circ, limits })),
    cards: resources.use(await createCardManagement({ url: cms, ...secrets.cms, limits })),
    patrons: resources.use(await createPatronRegistry({ url: prs, limits })),
    journal,
    attempts: journal,
    fingerprintKey: new Uint8Array(32),
    times: patientTimes,
    // What is put forward is the time, and not the journal's clock alone.
    monotonic: () => clock().getTime(),
    log,
  };
}
