import { join } from 'node:path';
import {
  type RunningSimulators,
  type Simulator,
  type SystemName,
  startSimulators,
} from '../../../../simulators/index.ts';
import { createStore, type Store } from '../../../../simulators/tables/store.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import type { ChangeTimes } from '../../../../subgraphs/operations/change-times.ts';
import type { ProcessLog } from '../../../../subgraphs/runtime/errors.ts';
import { secret } from '../../../support/journal-secret.ts';
import { changesIn } from '../../../support/services/audit-entries.ts';
import { placeEmptyJournal } from '../../../support/set-up/empty-journal.ts';
import { openTemporaryFolder } from '../../../support/set-up/temporary-folder.ts';
import { type Scenario, seedOf } from '../scenarios/scenarios.ts';
import { RecordChanges, recordsOf } from './record-changes.ts';
import { openSystem, type System, type SystemOptions } from './system.ts';

/** The legacy systems of a run: simulators, or foreign systems behind a relay that can lose answers. */
export type LegacySystems = Readonly<Record<SystemName, Pick<Simulator, 'url' | 'calls' | 'faults'>>>;

/** The legacy systems and the journal's file of one operation. All processes that run the operation share them. */
export interface Fixture extends AsyncDisposable {
  readonly scenario: Scenario;
  readonly times: ChangeTimes;
  readonly legacy: LegacySystems;
  readonly records: RecordChanges;
  /** The path of the journal's file. */
  readonly path: string;
  /**
   * The changes in the audit, sorted. A line has role, patron and field:
   * `STAFF P0000002 credential.status`.
   */
  audited(): readonly string[];
  /** The warnings and errors in the log. */
  readonly lines: readonly string[];
  readonly log: ProcessLog;
  /** Opens the subgraph of the scenario, or of `other`, as another process would. By default, its reconciler runs. */
  open(options?: OpenOptions, other?: Scenario): Promise<System>;
}

/** A fixture whose systems are simulators. */
export interface SimulatedFixture extends Fixture {
  readonly legacy: RunningSimulators;
  readonly store: Store;
}

/** Starts the systems with the scenario's records, and the journal. */
export type StartFixture = (scenario: Scenario, times: ChangeTimes) => Promise<Fixture>;

type OpenOptions = Partial<Pick<SystemOptions, 'journal' | 'watch' | 'watchJournal' | 'aheadMs' | 'settles'>>;

const auditedIn = (path: string): string[] =>
  changesIn({ path, secret })
    .map(({ role, patronId, field }) => `${role} ${patronId} ${field}`)
    .sort();

async function prepare({ before }: Scenario, path: string): Promise<void> {
  if (before !== undefined) {
    await using journal = await openSqliteJournal({ secret, path });
    await before(journal);
  }
}

export async function startFixture(scenario: Scenario, times: ChangeTimes): Promise<SimulatedFixture> {
  await using resources = new AsyncDisposableStack();
  const store = createStore(seedOf(scenario));
  const records = new RecordChanges(() => recordsOf(store));
  scenario.meanwhile?.(store);
  const legacy = resources.use(await startSimulators({ store, dropAfterMs: times.dropAfterMs }));
  legacy.cms.faults.set(scenario.faults ?? []);
  const fixture = await openFixture(scenario, times, { legacy, records }, resources);
  return { ...fixture, legacy, store };
}

/** Adds a journal to the systems. The fixture owns `resources` from then on. */
export async function openFixture(
  scenario: Scenario,
  times: ChangeTimes,
  { legacy, records }: Pick<Fixture, 'legacy' | 'records'>,
  resources: AsyncDisposableStack,
): Promise<Fixture> {
  const folder = resources.use(await openTemporaryFolder());
  const lines: string[] = [];
  const note = (details: object, message: string) => lines.push(`${message} ${JSON.stringify(details)}`);
  const path = join(folder.path, 'journal.sqlite');
  await placeEmptyJournal(path);
  await prepare(scenario, path);
  const log = { info: () => undefined, warn: note, error: note };
  const running = resources.move();
  return {
    scenario,
    times,
    legacy,
    records,
    path,
    audited: () => auditedIn(path),
    lines,
    log,
    open: (options, other = scenario) =>
      openSystem(other, { legacy, journal: { path }, times, log, settles: true, ...options }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
