/** What goes wrong, so that alerts fire; and what mends it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { expect } from 'vitest';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { type IdentityProvider, startIdentityProvider } from '../../support/identity-provider.ts';
import { status } from '../../support/servers/webhook-receiver.ts';
import { serviceSecret } from '../../support/services/environment.ts';
import { edgesWithoutGraph } from './edges.ts';
import { checkIn, checkInOf, load, patronQuery, type WatchedSystem, wholeQuery } from './watched-system.ts';

/** One thing or several that go wrong at a time. */
export interface Episode {
  readonly title: string;
  readonly alerts: readonly string[];
  /** Whether its alerts look back an hour, and clear only then. */
  readonly looksBackAnHour?: boolean;
  /** Resolves to what mends it, once it has gone wrong. */
  goWrong(system: WatchedSystem): Promise<() => Promise<void>>;
}

type Mend = () => Promise<void>;

/** Several things go wrong at once. */
async function together(...wrongs: readonly Promise<Mend>[]): Promise<Mend> {
  const mends = await Promise.all(wrongs);
  return async () => {
    await Promise.all(mends.map((mend) => mend()));
  };
}

/** Clients ask at once, as many as `count`, until it is mended. */
function crowd(count: number, ask: () => Promise<unknown>): Mend {
  const ended = new AbortController();
  const clients = Array.from({ length: count }, () => load(ask, ended.signal));
  return async () => {
    ended.abort();
    await Promise.all(clients);
  };
}

/** Circulation hangs: a change has no outcome, its events are not read, and its circuit breaker opens. */
async function circulationHangs({ legacy, database, ask }: WatchedSystem): Promise<Mend> {
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
    // Old operations are looked at rarely: each is due at once, until none is left.
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

/** The registry, to which there is one connection here, answers slowly, and a crowd asks. */
async function registryIsFlooded({ legacy, ask }: WatchedSystem): Promise<Mend> {
  legacy.prs.faults.set([{ kind: 'delay', delayMs: 300 }]);
  const disperse = crowd(6, () => ask(patronQuery));
  return async () => {
    legacy.prs.faults.clear();
    await disperse();
  };
}

async function passwordIsWrong({ add, subgraphEnv }: WatchedSystem): Promise<Mend> {
  const part = await add('credentials', { ...subgraphEnv, CMS_PASSWORD: 'another-password' });
  return () => part.remove();
}

async function secretIsWrong({ add, gatewayEnv }: WatchedSystem): Promise<Mend> {
  const part = await add('gateway', {
    ...gatewayEnv,
    SUBGRAPH_SECRET: 'another secret of as many characters',
  });
  return () => part.remove();
}

/** Keys that an earlier gateway has kept 13 hours ago, of an issuer that is away. */
async function keptKeys(folder: string, { url }: IdentityProvider): Promise<void> {
  const fetchedAt = new Date(Date.now() - 13 * 3600 * 1000).toISOString();
  const { keys } = (await (await fetch(url)).json()) as { keys: readonly object[] };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'default.json'), JSON.stringify({ url, fetchedAt, jwks: { keys } }));
}

/** An issuer is away: one gateway has old keys of it, and another one none. */
async function issuerIsAway({ add, gatewayEnv }: WatchedSystem): Promise<Mend> {
  const folder = await mkdtemp(join(tmpdir(), 'patron-graph-keys-'));
  const provider = await startIdentityProvider();
  await keptKeys(folder, provider);
  provider.behaviour = 'fails';
  const env = {
    ...gatewayEnv,
    ALLOW_DEVELOPMENT_ISSUER: '',
    JWKS_URL: provider.url,
    JWT_ISSUER: 'https://id.example',
    JWT_AUDIENCE: 'graph',
  };
  const parts = [await add('gateway', { ...env, ISSUER_KEYS_DIR: folder }), await add('gateway', env)];
  return async () => {
    provider.behaviour = 'answers';
    // A key that nobody knows yet: a gateway asks for keys at once, rather than with its next attempt.
    await provider.addKey('two');
    const claims = { iss: 'https://id.example', aud: 'graph', exp: Math.floor(Date.now() / 1000) + 600 };
    const token = await provider.sign(claims, { alg: 'ES256', kid: 'two' });
    for (const { origin } of parts) {
      const status = async () => {
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
        const body = JSON.stringify({ query: '{ __typename }' });
        return (await fetch(`${origin}/graphql`, { method: 'POST', headers, body })).status;
      };
      await expect.poll(status, { timeout: 40_000, interval: 500 }).toBe(200);
    }
    // That they serve is enough; what they show clears before they go.
    await setTimeout(2000);
    await Promise.all(parts.map((part) => part.remove()));
    await provider[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  };
}

/** A process gets no processor, for more than half a second at a time. */
async function processStandsStill({ add, subgraphEnv }: WatchedSystem): Promise<Mend> {
  const part = await add('patrons', subgraphEnv);
  const ended = new AbortController();
  const stopping = (async () => {
    while (!ended.signal.aborted) {
      part.child.kill('SIGSTOP');
      await setTimeout(650);
      part.child.kill('SIGCONT');
      await setTimeout(150);
    }
  })();
  return async () => {
    ended.abort();
    await stopping;
    await setTimeout(4000);
    await part.remove();
  };
}

/** A process ends again and again. */
async function processRestarts({ add, subgraphEnv, prometheus }: WatchedSystem): Promise<Mend> {
  const part = await add('patrons', subgraphEnv);
  const seen = async (starts: number) => {
    const expr = `count_values("start", process_start_time_seconds{instance="${part.target}"})`;
    await expect.poll(() => prometheus.seriesOf(expr), { timeout: 30_000 }).toBe(starts);
  };
  await seen(1);
  for (let starts = 2; starts <= 4; starts += 1) {
    // Starts are told in whole seconds: two within one would be one.
    await setTimeout(1500);
    await part.restart();
    await seen(starts);
  }
  return () => part.remove();
}

/** A process has ended, and a whole part is gone, so that Prometheus doesn't find it; and card management is slow. */
async function partEnds({ parts, legacy, ask, add, subgraphEnv }: WatchedSystem): Promise<Mend> {
  legacy.cms.faults.set([{ kind: 'delay', delayMs: 3500 }]);
  const circulation = parts.get('circulation');
  await circulation?.remove();
  const another = await add('patrons', subgraphEnv);
  await another.crash();
  // As many as card management has connections for, beside those who always ask.
  const disperse = crowd(4, () => ask(wholeQuery));
  return async () => {
    legacy.cms.faults.clear();
    await disperse();
    await another.remove();
    await circulation?.restart();
  };
}

/** The database loses an operation that was done, and is taken for restored. */
async function databaseForgets({ database, ask }: WatchedSystem): Promise<Mend> {
  const credential = { libraryCardNumber: '21852000000033' };
  const input = { reference: crypto.randomUUID(), itemNumber: '31852000000494', credential };
  const checkOut = 'mutation ($input: CheckOutInput!) { checkOut(input: $input) { operation { state } } }';
  // What went wrong before may have used up what the caller may ask for.
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

/** Somebody holds a lock, so that all connections to the journal wait for it, and a crowd waits for connections. */
async function lockIsHeld({ database, ask }: WatchedSystem): Promise<Mend> {
  const holder = new Client(database.url);
  // It is ended for its statement that doesn't end.
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('begin; lock table patron_graph.operations in access exclusive mode');
  const disperse = crowd(30, () => ask(checkIn, checkInOf('31852000000494')));
  return async () => {
    await holder.end();
    await disperse();
  };
}

/** Somebody tries PINs at a station, tokens that nobody has signed, and more than an address may ask for. */
async function strangersTry({ add, gatewayEnv, ask, parts }: WatchedSystem): Promise<Mend> {
  const strict = await add('gateway', { ...gatewayEnv, RATES: 'anonymous=1/1' });
  const post = async (origin = '', headers: Readonly<Record<string, string>> = {}) => {
    const body = JSON.stringify({ query: '{ branches { code } }' });
    const type = { 'content-type': 'application/json' };
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { ...type, ...headers },
      body,
    });
    return await response.text();
  };
  const guess = () =>
    ask('{ readerLoans(reader: { libraryCardNumber: "21852000009992", pin: "0000" }) { totalCount } }');
  const crowds = [
    crowd(30, guess),
    crowd(8, () => post(parts.get('gateway')?.origin, { authorization: 'Bearer none' })),
    crowd(8, () => post(strict.origin)),
  ];
  return async () => {
    await Promise.all(crowds.map((disperse) => disperse()));
    // What it has counted is scraped once more, and falls out of the quarter of an hour.
    await setTimeout(2000);
    await strict.remove();
  };
}

/** Somebody holds the lock that whoever writes into the index needs. */
async function indexIsLocked({ database }: WatchedSystem): Promise<Mend> {
  const holder = new Client(database.url);
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('select pg_advisory_lock(7267667467)');
  return async () => {
    await holder.end();
  };
}

/** The index is lost, and the registry doesn't list the patrons whose cards would fill it. */
async function indexIsNotBuilt({ database, legacy }: WatchedSystem): Promise<Mend> {
  legacy.prs.faults.set([{ kind: 'internal', operations: ['SearchPatrons'] }]);
  await database.query('delete from patron_graph_index_2.build');
  return async () => {
    legacy.prs.faults.clear();
  };
}

/** PostgreSQL stops. */
async function databaseStops({ postgres }: WatchedSystem): Promise<Mend> {
  await postgres.power?.stop();
  return async () => {
    await postgres.power?.start();
  };
}

/** The endpoint of notices wants no more. */
async function endpointIsGone({ receiver, database }: WatchedSystem): Promise<Mend> {
  receiver.answer = status(410);
  await using journal = await openPostgresJournal({
    url: database.url,
    secret: new TextEncoder().encode(serviceSecret),
  });
  const notice = { kind: 'hold.ready', patronId: 'P0000001', occasion: crypto.randomUUID() } as const;
  await journal.makeNotices([{ ...notice, endpoints: ['mail'] }]);
  return async () => {
    receiver.answer = status(204);
  };
}

export const episodes: readonly Episode[] = [
  {
    title: 'a process ends again and again',
    alerts: ['PartRestartsOften'],
    looksBackAnHour: true,
    goWrong: processRestarts,
  },
  {
    title: 'an endpoint takes no notices',
    alerts: ['NoticesGivenUp'],
    looksBackAnHour: true,
    goWrong: endpointIsGone,
  },
  {
    title: 'legacy systems are in trouble',
    alerts: [
      'LegacySystemAway',
      'LegacySystemOverloaded',
      'LegacySystemRefusesUs',
      'OperationsStayOpen',
      'FeedBehind',
    ],
    goWrong: (system) =>
      together(circulationHangs(system), registryIsFlooded(system), passwordIsWrong(system)),
  },
  {
    title: 'processes of ours are in trouble',
    alerts: ['SubgraphRefusesGateway', 'IssuerKeysOld', 'IssuerAway', 'PartNotReady', 'EventLoopBlocked'],
    goWrong: (system) => together(secretIsWrong(system), issuerIsAway(system), processStandsStill(system)),
  },
  {
    // They have nothing to do with one another.
    title: 'strangers try PINs, tokens and limits; the index is lost, and the registry lists no patrons',
    alerts: ['PinsGuessed', 'TokensRefused', 'CallersLimited', 'IndexNotReady'],
    goWrong: (system) => together(strangersTry(system), indexIsNotBuilt(system)),
  },
  {
    title: 'the database has lost something',
    alerts: ['BooksDisagree', 'PlacesClosed'],
    goWrong: databaseForgets,
  },
  {
    title: 'a part has ended, and card management is slow',
    alerts: ['PartDown', 'PartAbsent', 'RequestsFail', 'FeedNotFollowed', 'AnswersSlow'],
    goWrong: partEnds,
  },
  {
    // Nor have these.
    title: 'sign-in, the pages and SIP2 can not reach the graph, and the index is locked',
    alerts: ['SignInsFail', 'PagesFail', 'TerminalsFail', 'IndexOld'],
    goWrong: (system) => together(edgesWithoutGraph(system), indexIsLocked(system)),
  },
  {
    title: 'the database is slow',
    alerts: ['JournalConnectionsShort'],
    goWrong: lockIsHeld,
  },
  {
    title: 'the database is away',
    alerts: ['JournalAway', 'ChangesFail', 'RatesNotShared'],
    goWrong: databaseStops,
  },
];
