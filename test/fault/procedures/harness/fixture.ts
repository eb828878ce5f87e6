import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type RunningSimulators, startSimulators } from '../../../../simulators/index.ts';
import { createStore, type Store } from '../../../../simulators/tables/store.ts';
import type { ChangeTimes } from '../../../../subgraphs/operations/change-times.ts';
import type { ProcessLog } from '../../../../subgraphs/runtime/errors.ts';
import { type Scenario, seedOf } from '../scenarios/scenarios.ts';
import { RecordChanges } from './record-changes.ts';

/** Legacy systems and a journal's file for one operation, whichever process runs it. */
export interface Fixture extends AsyncDisposable {
  readonly scenario: Scenario;
  readonly times: ChangeTimes;
  readonly legacy: RunningSimulators;
  readonly store: Store;
  readonly records: RecordChanges;
  /** The journal's file. */
  readonly path: string;
  /** The changes in the audit, sorted: role, patron and field, as in `STAFF P0000002 credential.status`. */
  audited(): readonly string[];
  /** Every line of the log. */
  readonly lines: readonly string[];
  readonly log: ProcessLog;
}

function auditedIn(path: string): string[] {
  using journal = new DatabaseSync(path, { readOnly: true });
  return journal
    .prepare("select role || ' ' || patron_id || ' ' || field as line from changes order by line")
    .all()
    .map(({ line }) => String(line));
}

export async function startFixture(scenario: Scenario, times: ChangeTimes): Promise<Fixture> {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'patron-graph-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const store = createStore(seedOf(scenario));
  const records = new RecordChanges(store);
  scenario.meanwhile?.(store);
  const legacy = resources.use(await startSimulators({ store, dropAfterMs: times.dropAfterMs }));
  legacy.cms.faults.set(scenario.faults ?? []);
  const lines: string[] = [];
  const note = (details: object, message: string) => lines.push(`${message} ${JSON.stringify(details)}`);
  const path = join(folder, 'journal.sqlite');
  const open = resources.move();
  return {
    scenario,
    times,
    legacy,
    store,
    records,
    path,
    audited: () => auditedIn(path),
    lines,
    log: { info: () => undefined, warn: note, error: note },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
