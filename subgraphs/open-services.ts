import type { Circulation } from '../adapters/circulation/port.ts';
import { createCirculation } from '../adapters/circulation/soap.ts';
import type { CardManagement } from '../adapters/credentials/port.ts';
import { createCardManagement } from '../adapters/credentials/soap.ts';
import type { PatronRegistry } from '../adapters/patrons/port.ts';
import { createPatronRegistry } from '../adapters/patrons/soap.ts';
import { defaultLimits } from '../adapters/soap/policy/limits.ts';
import { type DependencyCheck, pingCheck } from '../platform/lifecycle/dependency-watch.ts';
import type { SecretValues } from '../platform/lifecycle/secrets.ts';
import { workerShareOf } from '../platform/lifecycle/workers/share.ts';
import type { WorkerNumber } from '../platform/lifecycle/workers/worker.ts';
import { type ByClass, perClass } from '../platform/priority/call-classes.ts';
import { type CoreSystemId, type SystemEntry, systemOf, systems } from '../platform/systems.ts';
import { openClientTls } from '../platform/tls/client.ts';
import { withoutUndefined } from '../platform/without-undefined.ts';
import type { IndexDatabase } from '../store/index/port.ts';
import { openPostgresIndex } from '../store/index/postgres/index.ts';
import { observedJournal } from '../store/journal/observed-journal.ts';
import type { JournalDatabase, SharedKeys } from '../store/journal/port.ts';
import { openPostgresJournal } from '../store/journal/postgres/index.ts';
import type { ServiceObserver } from './observer.ts';
import type { AttemptCounts } from './operations/attempts/failure-limits.ts';
import { agreedTimes } from './operations/change-times.ts';
import { type LiveServices, openLive } from './operations/changes/services.ts';
import type { OperationLedger } from './operations/ledger.ts';
import { withReasons } from './operations/reading-audit.ts';
import type { CirculationServices } from './operations/send-once.ts';
import type { ServicesOf } from './runtime/call-class.ts';
import {
  type CoreSettings,
  type LegacyConfig,
  type LegacySystem,
  settingsIn,
} from './runtime/environment/legacy-systems.ts';
import type { PaymentSettings } from './runtime/environment/payments.ts';
import { type ErrorLog, type ProcessLog, tellAlarms } from './runtime/errors.ts';
import type { OperationsConfig } from './runtime/operations-config.ts';
import { type BehindConfig, requiredSystems, type ServiceObservers } from './runtime/start.ts';

type SharedLedgerConfig = Pick<
  OperationsConfig,
  'databaseTls' | 'databaseConnections' | 'preparesStatements'
> & { readonly migrates: boolean };

/**
 * A journal that a process has opened, the index of the legacy systems' data, and the key for fingerprints of inputs.
 */
export interface OpenLedger extends OperationLedger {
  readonly journal: JournalDatabase & ByClass<JournalDatabase>;
  readonly index: IndexDatabase;
}

/** All services for the subgraphs of one process. Each subgraph declares which of them it needs. */
export type SharedServices = CirculationServices &
  AttemptCounts &
  LiveServices &
  ReturnType<typeof inJournal> & {
    readonly patrons: PatronRegistry;
    readonly cards: CardManagement;
    readonly index: IndexDatabase;
    readonly log: ProcessLog;
    readonly payments: PaymentSettings;
  };

/**
 * The services of each call class. A call class says how urgent a request is. The three systems and the journal are
 * also here, for health checks.
 */
export interface OpenServices {
  readonly patrons: PatronRegistry;
  readonly cards: CardManagement;
  readonly circulation: Circulation;
  readonly servicesOf: ServicesOf<SharedServices>;
  readonly journal: DependencyCheck;
  readonly keys: SharedKeys;
}

/**
 * Opens the three legacy systems, and builds the services of each call class. `resources` closes the systems, the
 * journal and the index.
 * @throws Error if this process assumes that circulation drops a request sooner than the processes with the same
 *   journal have agreed on (see `agreedTimes`).
 */
export async function openServices(
  { prs, cms, circ }: CoreSettings,
  { journal: openedJournal, index, fingerprintKey }: OpenLedger,
  config: Pick<BehindConfig, keyof OperationsConfig | 'worker'>,
  { log: plainLog, observer }: ServiceObservers,
  resources: AsyncDisposableStack,
): Promise<OpenServices> {
  const log = tellAlarms(plainLog, observer);
  resources.use(openedJournal);
  const journalOf = perClass((callClass) => observedJournal(openedJournal.forClass(callClass), observer));
  observer.watchJournal?.(openedJournal.forClass('background'));
  // Health checks use the journal like requests for lending, so that they never wait behind less urgent requests.
  const journal = journalOf('lending');
  resources.use(index);
  observer.watchIndex?.(index);
  const settingsOf = <Settings extends LegacySystem>(id: CoreSystemId, settings: Settings) =>
    adapterSettings(systemOf(id), settings, config.worker, { log, observer });
  const patrons = resources.use(createPatronRegistry(settingsOf('prs', prs)));
  const cards = resources.use(createCardManagement(settingsOf('cms', cms)));
  const circulation = resources.use(createCirculation(settingsOf('circ', circ)));
  const ofEveryClass = {
    index,
    fingerprintKey,
    times: await agreedTimes(journal, config, circ.limits.deadlineMs),
    observer,
    log,
    payments: config.payments,
    ...openLive(journalOf('background'), { log, observer }, resources),
  };
  const servicesOf = perClass((callClass) => ({
    ...ofEveryClass,
    ...inJournal(journalOf(callClass), config),
    patrons: patrons.forClass(callClass),
    cards: cards.forClass(callClass),
    circulation: circulation.forClass(callClass),
  }));
  const journalCheck = pingCheck('journal', () => journal.ping());
  return { patrons, cards, circulation, servicesOf, journal: journalCheck, keys: journal.keys };
}

/** The journal as services see it. Each service needs only some parts of the journal, and has a name for each part. */
const inJournal = (
  journal: JournalDatabase,
  { asksForReasons, chargesLimitCents }: Pick<OperationsConfig, 'asksForReasons' | 'chargesLimitCents'>,
) => ({
  chargesLimit:
    chargesLimitCents === null ? undefined : { cents: chargesLimitCents, owing: journal, changes: journal },
  journal,
  attempts: journal,
  audit: asksForReasons ? withReasons(journal) : journal,
  changes: journal,
  erasure: journal,
  books: journal,
  findings: journal,
  cardEvents: journal,
  suspects: journal,
  standingBlocks: journal,
  notices: journal,
  rowNotes: journal,
  received: journal,
  merged: journal,
  accountNews: journal,
  adoptedOperations: journal,
  owing: journal,
  paymentBooks: journal,
  changeLog: journal,
});

/**
 * Opens the services of a subgraph in its own process. `config` has the settings of the systems and of the PostgreSQL
 * journal.
 * @param own the adopted system that the subgraph serves; null if it serves one of the three core systems
 * @throws Error whose message names every variable that is missing.
 */
export async function openStandaloneServices(
  config: BehindConfig,
  observers: ServiceObservers,
  resources: AsyncDisposableStack,
  own: SystemEntry | null = null,
): Promise<OpenServices> {
  const { core, DATABASE_URL, JOURNAL_SECRET } = requiredSystems(
    config,
    { DATABASE_URL: config.databaseUrl, JOURNAL_SECRET: config.journalSecrets },
    own,
  );
  const migrates = config.migratesAtStart ?? !config.production;
  const ledger = await openSharedLedger(DATABASE_URL, JOURNAL_SECRET, { ...config, migrates }, observers.log);
  return await openServices(core, ledger, config, observers, resources);
}

/**
 * The maximum number of workers that can share the systems of `config`. Each worker needs a connection to every system,
 * so the smallest limit of connections counts.
 */
export const maxWorkers = (config: LegacyConfig): number =>
  Math.min(
    ...systems.map((entry) => settingsIn(config, entry)?.limits.connections ?? defaultLimits.connections),
  );

/**
 * The settings for an adapter. Its limits are this worker's share of the limits for the whole machine. The TLS settings
 * are read from the files.
 */
export const adapterSettings = <Settings extends LegacySystem>(
  { callClasses: [highestClass] }: SystemEntry,
  { tls, ...system }: Settings,
  worker: WorkerNumber | null,
  { log, observer }: { readonly log: ErrorLog; readonly observer: ServiceObserver },
) => {
  const { connections = defaultLimits.connections, queue = defaultLimits.queue } = system.limits;
  const shares = { connections: workerShareOf(connections, worker), queue: workerShareOf(queue, worker) };
  return {
    ...system,
    ...withoutUndefined({ tls: openClientTls(tls, log) ?? undefined }),
    limits: { ...system.limits, ...shares },
    highestClass,
    observer,
  };
};

/**
 * Opens the journal and the index, which are in the same PostgreSQL database and are shared by several processes. The
 * processes also share the key for fingerprints. `migrates` says whether missing tables are created.
 */
export async function openSharedLedger(
  { href: url }: URL,
  [secret, ...otherSecrets]: SecretValues,
  { databaseTls, databaseConnections: maxConnections, preparesStatements, migrates }: SharedLedgerConfig,
  log: ErrorLog,
): Promise<OpenLedger> {
  const tls = openClientTls(databaseTls, log);
  const settings = { url, tls, preparesStatements, migrates };
  const journal = await openPostgresJournal({ ...settings, maxConnections, secret, otherSecrets });
  const { fingerprintKey } = journal.keys;
  const index = await openOrClose(journal, () => openPostgresIndex({ ...settings, dataKey: fingerprintKey }));
  return { journal, index, fingerprintKey };
}

/** Opens something that needs the journal. If that fails, the journal is closed. */
export async function openOrClose<Opened>(
  journal: JournalDatabase,
  open: () => Promise<Opened>,
): Promise<Opened> {
  try {
    return await open();
  } catch (error) {
    await journal[Symbol.asyncDispose]();
    throw error;
  }
}
