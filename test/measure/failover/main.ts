/**
 * `npm run measure:failover` promotes a real asynchronous standby under load, several times, behind PgBouncer in
 * transaction mode. It reports the lost operations, the findings, the answers that callers got, and how long nobody
 * could borrow.
 *
 * The standby is cut off for a moment before the primary server is killed, as by a network that fails first. So it
 * lacks the last operations. Then a virtual address leads to the standby, and a new standby is made from it.
 *
 * Environment: `PROMOTIONS` (3), `STATIONS` (8), `LAG_MS` (1000), `DROP_MS` (30000, circulation's drop time),
 * `LOGIN_RETRY_SECONDS` (1, PgBouncer's `server_login_retry`).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { operationCode } from '../../../store/journal/operation-id.ts';
import { ownPostgres, queryAt, requireServer } from '../../support/postgres.ts';
import { startPgBouncer } from '../../support/servers/pgbouncer.ts';
import { startTcpSwitch } from '../../support/servers/tcp-switch.ts';
import { legacyEnv, serviceSecret } from '../../support/services/environment.ts';
import { randomOf } from '../../torture/random.ts';
import { startLegacySystems } from '../../torture/system/legacy-records.ts';
import { type Findings, Replica } from '../../torture/system/replica.ts';
import { createPatronGroups } from '../../torture/workload/patron-groups.ts';
import { Load, type Told } from './load.ts';
import { lostOperations, maxLoans } from './records.ts';

const promotions = Number(process.env.PROMOTIONS ?? 3);
const stations = Number(process.env.STATIONS ?? 8);
const lagMs = Number(process.env.LAG_MS ?? 1_000);
const dropMs = Number(process.env.DROP_MS ?? 30_000);
const loginRetrySeconds = Number(process.env.LOGIN_RETRY_SECONDS ?? 1);
/** The load before each promotion, in ms. */
const loadMs = 10_000;
/** The longest wait until lending continues, in ms. */
const patienceMs = 120_000;

const say = (text: string) => process.stdout.write(`${text}\n`);

// Handlers of `exit` end PostgreSQL and the replicas.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(1));
}

await using resources = new AsyncDisposableStack();
const server = resources.use(requireServer(await ownPostgres()));
if (server.power === null) {
  throw new Error('no power over the server');
}
const { url: directUrl } = await server.createDatabase();
const address = resources.use(await startTcpSwitch(new URL(directUrl).host));
const switched = new URL(directUrl);
switched.host = address.host;
const pooler = resources.use(
  await startPgBouncer(switched.href, {
    pool_size: 12,
    max_prepared_statements: 200,
    server_login_retry: loginRetrySeconds,
  }),
);
const { seed, groups } = createPatronGroups(1, 24, false);
const records = resources.use(await startLegacySystems(seed, dropMs));
const findings: Findings = {
  failedChecks: new Map(),
  alarms: [],
  refusedStarts: 0,
  failedStarts: 0,
  errors: new Map(),
};
const environment = {
  SUBGRAPH_SECRET: serviceSecret,
  JOURNAL_SECRET: serviceSecret,
  DATABASE_URL: pooler.url,
  LOG_LEVEL: 'warn',
  CIRC_DROP_AFTER_MS: String(dropMs),
  ALLOW_SIMULATOR_TIMES: '1',
  ...legacyEnv(records.systems),
} as Readonly<Record<string, string>>;
const replicas = [1, 2].map(() =>
  resources.use(
    new Replica(
      {
        root: () => new URL('../../..', import.meta.url).pathname,
        subgraph: 'circulation',
        environment: () => environment,
        refusedEnvironment: () => null,
        secret: serviceSecret,
        clock: null,
      },
      findings,
    ),
  ),
);
for (const replica of replicas) {
  await replica.start();
}
const [group] = groups;
if (group === undefined) {
  throw new Error('there are no patrons');
}
const load = resources.use(new Load({ records, group, random: randomOf(1, 'stations'), replicas, stations }));

interface Standby {
  stop(): Promise<void>;
  start(): Promise<void>;
  promote(): Promise<void>;
  readonly host: string;
  startStandby(): Promise<Standby>;
}
let primary: { stop(): Promise<void>; startStandby(): Promise<Standby> } = server.power;
await load.untilDone('CHECK_OUT', 0, patienceMs);
const currentUrl = new URL(directUrl);
const row = (...cells: readonly (string | number)[]) => say(`| ${cells.join(' | ')} |`);
const counted = (told: ReadonlyMap<string, number>) =>
  [...told].map(([code, count]) => `${code} ${count}`).join(', ') || 'nothing';
row(
  'promotion',
  'lost',
  'told DONE',
  'told otherwise',
  'found',
  'all found after, s',
  'returns go on after, s',
  'lending goes on after, s',
  'errors told meanwhile',
);
row(...Array.from({ length: 9 }, () => '---'));
const seconds = (ms: number) => (ms / 1000).toFixed(1);
const lostBefore = new Set<string>();
for (let promotion = 1; promotion <= promotions; promotion += 1) {
  const standby = await primary.startStandby();
  await sleep(loadMs);
  await standby.stop();
  await sleep(lagMs);
  await primary.stop();
  const killedAt = performance.now();
  load.told.clear();
  await standby.start();
  await standby.promote();
  address.leadTo(standby.host);
  currentUrl.host = standby.host;
  primary = standby;
  const sinceMs = () => performance.now() - killedAt;
  const query = (text: string) => queryAt(currentUrl.href, text);
  const returnsMs = await load.untilDone('CHECK_IN', killedAt, patienceMs);
  const lendingMs = await load.untilDone('CHECK_OUT', killedAt, patienceMs);
  const lost = [...(await lostOperations(records, query))].filter((id) => !lostBefore.has(id));
  const told: readonly (Told | undefined)[] = lost.map((id) => load.answers.get(operationCode(id)));
  const isFound = async () => {
    const rows = await query(
      `select operation_id from patron_graph.findings where discrepancy = 'OPERATION_LOST'`,
    );
    const found = new Set(rows.map(({ operation_id }) => operation_id));
    return lost.filter((id) => found.has(id)).length;
  };
  let found = await isFound();
  while (found < lost.length && sinceMs() < patienceMs) {
    await sleep(500);
    found = await isFound();
  }
  const done = told.filter((one) => one === 'DONE').length;
  row(
    promotion,
    lost.length,
    done,
    lost.length - done,
    found,
    seconds(sinceMs()),
    seconds(returnsMs),
    seconds(lendingMs),
    counted(load.told),
  );
  for (const id of lost) {
    lostBefore.add(id);
  }
}
await load.stop();
say(`\n${load.answers.size} operations were settled. No patron had more than ${maxLoans(records)} loans.`);
const others = [...findings.errors].filter(
  ([text]) => !/operation that the journal does not have|journal/.test(text),
);
say(`Other errors in the log: ${counted(new Map(others))}.`);
process.exitCode = maxLoans(records) > 10 ? 1 : 0;
