import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCirculation } from '../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { openSqliteJournal } from '../../adapters/journal/sqlite.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import type { Caller } from '../../subgraphs/caller.ts';
import type { Lending } from '../../subgraphs/circulation/lending.ts';
import { circulationSubgraph } from '../../subgraphs/circulation/resolvers.ts';
import type { ChangeTimes } from '../../subgraphs/circulation-change.ts';
import { type SubgraphAnswer, startSubgraph } from '../../subgraphs/serve.ts';
import { DEFAULT_CREDENTIALS, type Legacy, startLegacy } from '../legacy/index.ts';

/** The day that the seed is made for. */
export const seedDay = new Date('2026-11-24T12:00:00+08:00');

/** Short enough to see the end of. */
export const shortTimes: ChangeTimes = { sendWithinMs: 1_000, callMs: 500, dropAfterMs: 600, slackMs: 200 };

/** The *circulation* subgraph over stand-ins, with a journal of its own in a file. */
export interface RunningLending extends AsyncDisposable {
  readonly legacy: Legacy;
  readonly lending: Lending;
  /** What was logged. */
  readonly log: string[];
  ask(operation: string, caller: Caller, variables?: Record<string, unknown>): Promise<SubgraphAnswer>;
}

export async function startLending(times: ChangeTimes = shortTimes): Promise<RunningLending> {
  await using resources = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-'));
  resources.defer(() => rm(dataDir, { recursive: true }));
  const legacy = resources.use(await startLegacy({ dropAfterMs: times.dropAfterMs }));
  const limits = { deadlineMs: times.callMs };
  const { cms, circ } = DEFAULT_CREDENTIALS;
  const log: string[] = [];
  const note = (details: object, message: string) => log.push(`${message} ${JSON.stringify(details)}`);
  const lending: Lending = {
    circulation: resources.use(await createCirculation({ url: legacy.circ.url, ...circ, limits })),
    cards: resources.use(await createCardManagement({ url: legacy.cms.url, ...cms, limits })),
    patrons: resources.use(await createPatronRegistry({ url: legacy.prs.url, limits })),
    journal: resources.use(await openSqliteJournal({ path: join(dataDir, 'journal.sqlite') })),
    fingerprintKey: new Uint8Array(32),
    times,
    monotonic: () => performance.now(),
    log: { warn: note, error: note },
  };
  const subgraph = resources.use(
    await startSubgraph(
      circulationSubgraph(lending, () => seedDay),
      lending.log,
    ),
  );
  const running = resources.move();
  return {
    legacy,
    lending,
    log,
    ask: (operation, caller, variables = {}) =>
      subgraph.execute({ operation, variables }, caller, new AbortController().signal),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const nobody: Caller = {
  authenticated: false,
  subject: null,
  patronId: null,
  clientId: null,
  scopes: new Set(),
};

export const staff: Caller = {
  ...nobody,
  authenticated: true,
  subject: 'staff-1',
  scopes: new Set(['circulation:read', 'circulation:write']),
};
export const station: Caller = {
  ...nobody,
  authenticated: true,
  subject: 'station-1',
  scopes: new Set(['station']),
};
export const telephone: Caller = {
  ...nobody,
  authenticated: true,
  subject: 'phone',
  scopes: new Set(['telephone']),
};
export const patron = (id: string): Caller => ({ ...nobody, authenticated: true, subject: id, patronId: id });
