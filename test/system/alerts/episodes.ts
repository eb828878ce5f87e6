/** The failures that alerts must detect. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { askGraph, postJson } from '../../support/graph/ask-graph.ts';
import { type IdentityProvider, startIdentityProvider } from '../../support/identity-provider.ts';
import { status } from '../../support/servers/webhook-receiver.ts';
import { serviceSecret } from '../../support/services/environment.ts';
import { holdLock } from '../../support/set-up/held-lock.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { edgesWithoutGraph } from './edges.ts';
import { checkIn, checkInOf, crowd, patronQuery, type WatchedSystem, wholeQuery } from './watched-system.ts';

/** One failure, or several at the same time. */
export interface Episode {
  readonly title: string;
  readonly alerts: readonly string[];
  /** Whether the alerts look back an hour. These alerts may clear only an hour after the failure has ended. */
  readonly looksBackAnHour?: boolean;
  /** Starts the failure. Resolves to a function that ends it. */
  start(system: WatchedSystem): Promise<EndEpisode>;
}

type EndEpisode = () => Promise<void>;

async function together(...episodes: readonly Promise<EndEpisode>[]): Promise<EndEpisode> {
  const ends = await Promise.all(episodes);
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}

/**
 * Circulation hangs. The outcome of a change is unknown, circulation's events are not read, and the circuit breaker
 * opens.
 */
async function circulationHangs({ legacy, database, ask }: WatchedSystem): Promise<EndEpisode> {
  legacy.circ.faults.set([{ kind: 'hang', operations: ['CheckIn', 'FindByRef', 'ListEvents'] }]);
  const changed = () => ask(checkIn, checkInOf('31852000000015'));
  const unsettled = { data: { checkIn: { operation: { state: 'UNSETTLED' } } } };
  await expect.poll(changed, { timeout: 30_000 }).toMatchObject(unsettled);
  await database.query(
    "update patron_graph.operations set requested_at = requested_at - interval '6 minutes' where state = 'UNSETTLED'",
  );
  legacy.circ.faults.set([{ kind: 'hang' }]);
  return async () => {
    legacy.circ.faults.clear();
    // The reconciler rarely looks at old operations, so all of them are made due now, until none is left.
    const left = async () => {
      const old = "state = 'UNSETTLED' and requested_at < now() - interval '5 minutes'";
      await database.query(
        `update patron_graph.operations set look_at = least(look_at, patron_graph.journal_now()) where ${old}`,
      );
      return await database.query(`select id from patron_graph.operations where ${old}`);
    };
    await expect.poll(left, { timeout: 60_000, interval: 1000 }).toEqual([]);
  };
}

/** The registry answers slowly while many clients ask. Here there is only one connection to the registry. */
async function registryIsFlooded({ legacy, askAs }: WatchedSystem): Promise<EndEpisode> {
  legacy.prs.faults.set([{ kind: 'delay', delayMs: 300 }]);
  // Twenty-four callers take turns. With one caller, only this caller's own budget would be exceeded.
  let asked = 0;
  const disperse = crowd(24, () => {
    asked += 1;
    return askAs(`caller ${asked % 24}`, patronQuery);
  });
  return async () => {
    legacy.prs.faults.clear();
    await disperse();
  };
}

async function passwordIsWrong({ add, subgraphEnv }: WatchedSystem): Promise<EndEpisode> {
  const service = await add('credentials', { ...subgraphEnv, CMS_PASSWORD: 'another-password' });
  return () => service.remove();
}

async function secretIsWrong({ add, gatewayEnv }: WatchedSystem): Promise<EndEpisode> {
  const secret = 'another secret of as many characters';
  const service = await add('gateway', { ...gatewayEnv, SUBGRAPH_SECRET: secret });
  return () => service.remove();
}

/** Stores the issuer's keys as if a gateway had fetched them 13 hours ago. */
async function storeOldKeys(folder: string, { url }: IdentityProvider): Promise<void> {
  const fetchedAt = new Date(Date.now() - 13 * 3600 * 1000).toISOString();
  const { keys } = (await (await fetch(url)).json()) as { keys: readonly object[] };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'default.json'), JSON.stringify({ url, fetchedAt, jwks: { keys } }));
}

/** An issuer is unreachable. One gateway has old keys of the issuer, and another gateway has none. */
async function issuerIsAway({ add, gatewayEnv }: WatchedSystem): Promise<EndEpisode> {
  const folder = await openTemporaryFolder();
  const provider = await startIdentityProvider();
  await storeOldKeys(folder.path, provider);
  provider.behaviour = 'fails';
  const env = {
    ...gatewayEnv,
    ALLOW_DEVELOPMENT_ISSUER: '',
    JWKS_URL: provider.url,
    JWT_ISSUER: 'https://id.example',
    JWT_AUDIENCE: 'graph',
  };
  const gateways = [
    await add('gateway', { ...env, ISSUER_KEYS_DIR: folder.path }),
    await add('gateway', env),
  ];
  return async () => {
    provider.behaviour = 'answers';
    // A token with an unknown key makes a gateway fetch the keys at once, without waiting for its next attempt.
    await provider.addKey('two');
    const claims = { iss: 'https://id.example', aud: 'graph', exp: Math.floor(Date.now() / 1000) + 600 };
    const token = await provider.sign(claims, { alg: 'ES256', kid: 'two' });
    for (const { origin } of gateways) {
      const status = async () =>
        (await postJson(`${origin}/graphql`, { query: '{ __typename }' }, { token })).status;
      await expect.poll(status, { timeout: 40_000, interval: 500 }).toBe(200);
    }
    // Waits until the gateways' metrics have been scraped once more, so that the alerts clear.
    await setTimeout(2000);
    await Promise.all(gateways.map((gateway) => gateway.remove()));
    await provider[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  };
}

/** A process is paused for more than half a second, again and again. */
async function processIsPaused({ add, subgraphEnv }: WatchedSystem): Promise<EndEpisode> {
  const service = await add('patrons', subgraphEnv);
  const ended = new AbortController();
  const stopping = (async () => {
    while (!ended.signal.aborted) {
      service.child.kill('SIGSTOP');
      await setTimeout(650);
      service.child.kill('SIGCONT');
      await setTimeout(150);
    }
  })();
  return async () => {
    ended.abort();
    await stopping;
    await setTimeout(4000);
    await service.remove();
  };
}

async function processRestarts({ add, subgraphEnv, prometheus }: WatchedSystem): Promise<EndEpisode> {
  const service = await add('patrons', subgraphEnv);
  const seen = async (starts: number) => {
    const expr = `count_values("start", process_start_time_seconds{instance="${service.target}"})`;
    await expect.poll(() => prometheus.seriesOf(expr), { timeout: 30_000 }).toBe(starts);
  };
  await seen(1);
  for (let starts = 2; starts <= 4; starts += 1) {
    // The metric counts whole seconds, so two starts in the same second would look like one.
    await setTimeout(1500);
    await service.restart();
    await seen(starts);
  }
  return () => service.remove();
}

/** A process has crashed, Prometheus finds no process of a service, and card management is slow. */
async function serviceEnds({ services, legacy, ask, add, subgraphEnv }: WatchedSystem): Promise<EndEpisode> {
  legacy.cms.faults.set([{ kind: 'delay', delayMs: 3000 }]);
  const circulation = services.get('circulation');
  await circulation?.remove();
  const another = await add('patrons', subgraphEnv);
  await another.crash();
  // Together with the clients that always ask, these use all connections to card management.
  const disperse = crowd(4, () => ask(wholeQuery));
  return async () => {
    legacy.cms.faults.clear();
    await disperse();
    await another.remove();
    await circulation?.restart();
  };
}

/**
 * The database's clock is a minute behind circulation's. An answered check-out shows this. Later, another one shows
 * that the clock is right again.
 */
async function databaseClockIsWrong({ database, ask }: WatchedSystem): Promise<EndEpisode> {
  const itemNumber = '31852000000494';
  const setClock = (byMs: number) =>
    database.query(`create or replace function patron_graph.journal_now() returns timestamptz
      language sql volatile as
      $$ select date_trunc('milliseconds', clock_timestamp()) + interval '${byMs} milliseconds' $$`);
  const lendAndReturn = async () => {
    const done = async () => {
      const reference = crypto.randomUUID();
      return await ask(checkOut, { input: { reference, itemNumber, credential: seedCredential } });
    };
    await expect
      .poll(done, { timeout: 30_000, interval: 500 })
      .toEqual({ data: { checkOut: { operation: { state: 'DONE' } } } });
    await ask(checkIn, checkInOf(itemNumber));
  };
  await setClock(-60_000);
  await lendAndReturn();
  return async () => {
    await setClock(0);
    await lendAndReturn();
  };
}

const seedCredential = { libraryCardNumber: '21852000000033' };
const checkOut = 'mutation ($input: CheckOutInput!) { checkOut(input: $input) { operation { state } } }';

/** The database loses an operation that was done. The database is also marked as restored from a backup. */
async function databaseForgets({ database, ask }: WatchedSystem): Promise<EndEpisode> {
  const input = {
    reference: crypto.randomUUID(),
    itemNumber: '31852000000494',
    credential: seedCredential,
  };
  // Earlier episodes may have used up the caller's budget, so this tries again until it succeeds.
  await expect
    .poll(() => ask(checkOut, { input }), { timeout: 30_000, interval: 500 })
    .toEqual({ data: { checkOut: { operation: { state: 'DONE' } } } });
  const lost = async () => {
    const [row] = await database.query(
      "select operation_id as id from patron_graph.effects where event = 'CHECKED_OUT' order by at desc limit 1",
    );
    return row?.id;
  };
  await expect.poll(lost, { timeout: 20_000 }).toEqual(expect.any(String));
  await database.query(`delete from patron_graph.operations where id = '${String(await lost())}'`);
  await database.query('update patron_graph.books set is_restored = true');
  return async () => {
    await database.query('update patron_graph.books set is_restored = false');
  };
}

/** Every connection to the journal waits for a lock, and many clients wait for a connection. */
async function lockIsHeld({ database, ask }: WatchedSystem): Promise<EndEpisode> {
  const lock = await holdLock(database, 'begin; lock table patron_graph.operations in access exclusive mode');
  const disperse = crowd(30, () => ask(checkIn, checkInOf('31852000000494')));
  return async () => {
    await lock[Symbol.asyncDispose]();
    await disperse();
  };
}

/** Strangers guess PINs and try patron numbers at a station, send forged tokens, and send more requests than an address may send. */
async function strangersTry({ add, gatewayEnv, ask, services }: WatchedSystem): Promise<EndEpisode> {
  const strict = await add('gateway', { ...gatewayEnv, RATES: 'anonymous=1/1' });
  const askAs = (token: string | null, origin = '') => askGraph(origin, '{ branches { code } }', { token });
  const guess = () =>
    ask('{ readerLoans(reader: { libraryCardNumber: "21852000009992", pin: "0000" }) { totalCount } }');
  const crowds = [
    crowd(30, guess),
    crowd(1, () => ask('{ patron(id: "P0000003") { name { given } } }')),
    crowd(8, () => askAs('none', services.get('gateway')?.origin)),
    crowd(8, () => askAs(null, strict.origin)),
  ];
  return async () => {
    await Promise.all(crowds.map((disperse) => disperse()));
    // Waits until the gateway's counters have been scraped once more, so that the alert can clear.
    await setTimeout(2000);
    await strict.remove();
  };
}

/** A session holds the database lock that every writer of the index needs. */
async function indexIsLocked({ database }: WatchedSystem): Promise<EndEpisode> {
  const lock = await holdLock(database, 'select pg_advisory_lock(7267667467)');
  return async () => {
    await lock[Symbol.asyncDispose]();
  };
}

/** Nobody numbers the changes of the log. */
async function changesAreNotNumbered({ database, ask }: WatchedSystem): Promise<EndEpisode> {
  await database.query(`
    create function public.refuse_number() returns trigger language plpgsql as $$ begin
      raise 'no number';
    end $$;
    create trigger refuse_number before update of number on patron_graph.log_entries
      for each row execute function public.refuse_number();`);
  await ask(checkIn, checkInOf('31852000000015'));
  return async () => {
    await database.query('drop function public.refuse_number cascade');
  };
}

/** The index is lost. It can't be rebuilt, because the registry doesn't list its patrons. */
async function indexIsNotBuilt({ database, legacy }: WatchedSystem): Promise<EndEpisode> {
  legacy.prs.faults.set([{ kind: 'internal', operations: ['SearchPatrons'] }]);
  await database.query('delete from patron_graph_index_3.build');
  return async () => {
    legacy.prs.faults.clear();
  };
}

async function databaseStops({ postgres }: WatchedSystem): Promise<EndEpisode> {
  await postgres.power?.stop();
  return async () => {
    await postgres.power?.start();
  };
}

async function endpointIsGone({ receiver, database }: WatchedSystem): Promise<EndEpisode> {
  receiver.answer = status(410);
  await using journal = await openPostgresJournal({
    url: database.url,
    tls: null,
    secret: new TextEncoder().encode(serviceSecret),
  });
  const notice = { kind: 'hold.ready', patronId: 'P0000001', occasion: crypto.randomUUID() } as const;
  await journal.makeNotices([{ ...notice, endpoints: ['mail'], formerEmail: null }]);
  return async () => {
    receiver.answer = status(204);
  };
}

/**
 * A colleague read data of many patrons nearly an hour ago. This alert still looks back a whole hour. The readings are
 * so old that they are outside this hour when the other episodes have ended. Nobody can remove a reading.
 */
async function colleagueReadsMany({ database }: WatchedSystem): Promise<EndEpisode> {
  await database.query(`insert into patron_graph.readings (at, reader, what, role, colleague, patron_id)
    select patron_graph.journal_now() - interval '59 minutes', 'sealed', 'RECORD', 'STAFF', repeat('c', 43), 'P' || number
    from generate_series(1, 301) as number`);
  return async () => {};
}

export const episodes: readonly Episode[] = [
  {
    title: 'a process restarts again and again',
    alerts: ['PartRestartsOften'],
    looksBackAnHour: true,
    start: processRestarts,
  },
  {
    title: 'an endpoint takes no notices',
    alerts: ['NoticesGivenUp'],
    looksBackAnHour: true,
    start: endpointIsGone,
  },
  {
    title: 'a colleague reads many records',
    alerts: ['ManyRecordsRead'],
    looksBackAnHour: true,
    start: colleagueReadsMany,
  },
  {
    title: 'legacy systems fail',
    alerts: [
      'LegacySystemAway',
      'LegacySystemOverloaded',
      'LegacySystemRefusesUs',
      'OperationsStayOpen',
      'FeedBehind',
    ],
    start: (system) => together(circulationHangs(system), registryIsFlooded(system), passwordIsWrong(system)),
  },
  {
    title: 'our own processes have failures',
    alerts: ['SubgraphRefusesGateway', 'IssuerKeysOld', 'IssuerAway', 'PartNotReady', 'EventLoopBlocked'],
    start: (system) => together(secretIsWrong(system), issuerIsAway(system), processIsPaused(system)),
  },
  {
    // These failures are independent of each other, so they may happen together.
    title: 'strangers try PINs, tokens and limits, and the lost index cannot be built',
    alerts: [
      'PinsGuessed',
      'PinFailuresRise',
      'StationTriesPatrons',
      'TokensRefused',
      'CallersLimited',
      'IndexNotReady',
    ],
    start: (system) => together(strangersTry(system), indexIsNotBuilt(system)),
  },
  {
    title: 'the clock of the database is wrong',
    alerts: ['CirculationClockWrong'],
    start: databaseClockIsWrong,
  },
  {
    title: 'the database has lost data',
    alerts: ['BooksDisagree', 'PlacesClosed'],
    start: databaseForgets,
  },
  {
    title: 'a service has ended, and card management is slow',
    alerts: ['PartDown', 'PartAbsent', 'RequestsFail', 'FeedNotFollowed', 'AnswersSlow'],
    start: serviceEnds,
  },
  {
    // These failures are independent of each other, too.
    title:
      'sign-in, the pages and SIP2 can not reach the graph, somebody fills a table, the index is locked, and changes get no number',
    alerts: ['SignInsFail', 'PagesFail', 'TerminalsFail', 'TableFull', 'IndexOld', 'ChangesNotTold'],
    start: (system) =>
      together(edgesWithoutGraph(system), indexIsLocked(system), changesAreNotNumbered(system)),
  },
  {
    title: 'the database is slow',
    alerts: ['JournalConnectionsShort'],
    start: lockIsHeld,
  },
  {
    title: 'the database is away',
    alerts: ['JournalAway', 'ChangesFail', 'RatesNotShared'],
    start: databaseStops,
  },
];
