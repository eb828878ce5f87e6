import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { demonstrationThemeFile } from '../../edge/theme/theme.ts';
import { startGatewayWithPages } from '../../embedded/demonstration/gateway-with-pages.ts';
import { openSubgraphs } from '../../embedded/subgraphs.ts';
import {
  type DevelopmentIssuer,
  openDevelopmentIssuer,
  type TokenClaims,
} from '../../gateway/access/development.ts';
import { readGatewayConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/start.ts';
import type { Transport } from '../../gateway/transport/transport.ts';
import { withoutUndefined } from '../../platform/without-undefined.ts';
import { simulatedBranchesFile } from '../../simulators/branches.ts';
import { compactDay, dayOf, daysAfter } from '../../simulators/hong-kong-time.ts';
import { type RunningSimulators, startSimulators } from '../../simulators/index.ts';
import type { Store } from '../../simulators/tables/store.ts';
import type { CredentialPresented } from '../../subgraphs/circulation/lending/find-card.ts';
import { journalFileIn } from '../../subgraphs/runtime/operations-config.ts';
import { readBehindConfig } from '../../subgraphs/runtime/start.ts';
import { createEdgeMetrics } from '../../telemetry/metrics/edge/index.ts';
import { createGatewayMetrics } from '../../telemetry/metrics/gateway/index.ts';
import { createServerMetrics } from '../../telemetry/metrics/server.ts';
import { createServiceMetrics } from '../../telemetry/metrics/services/index.ts';
import { type AnswerBody, type PostOptions, postJson } from '../support/graph/ask-graph.ts';
import { mutationOf } from '../support/mutation.ts';
import { presentedCard } from '../support/presented-card.ts';
import { addedEnv, legacyEnv } from '../support/services/environment.ts';
import { placeEmptyJournal } from '../support/set-up/empty-journal.ts';
import { storeForTests } from '../support/set-up/store-for-tests.ts';
import { openTemporaryFolder } from '../support/set-up/temporary-folder.ts';

export interface Answer {
  readonly status: number;
  readonly body: AnswerBody;
}

export interface AskOptions extends Omit<PostOptions, 'headers'> {
  readonly variables?: object;
  /** The value of the header `Accept-Language`. */
  readonly language?: string;
  /** The value of the header `Access-Reason`. */
  readonly accessReason?: string;
}

/** The whole system in this process, with simulators of its own, on free ports. */
export interface RunningSystem extends AsyncDisposable {
  readonly url: string;
  /** The URL of sign-in. It is null if the system has no pages. */
  readonly signIn: URL | null;
  readonly legacy: RunningSimulators;
  /** The tables of the simulators. */
  readonly store: Store;
  readonly issuer: DevelopmentIssuer;
  /** The folder with the journal and the keys. */
  readonly dataDir: string;
  readonly log: string[];
  /** The metrics of the process, in the format of `/metrics`. */
  metrics(): Promise<string>;
  /** The transports of the subgraphs, which bypass the gateway and its guards. */
  readonly subgraphs: ReadonlyMap<string, Transport>;
  /** The card in the form in which its reader presents it to borrow. The form depends on the card's kind. */
  presentedCard(libraryCardNumber: string): CredentialPresented;
  token(claims?: Partial<TokenClaims>): Promise<string>;
  ask(query: string, options?: AskOptions): Promise<Answer>;
  /** The data of the answer. Rejects if the answer has errors. */
  read<Data>(query: string, options?: AskOptions): Promise<Data>;
  /** Sends the mutation with this name and a selection of its payload. */
  mutate(field: string, selection: string, input: object, options?: AskOptions): Promise<Answer>;
  /**
   * Sends the mutation like `mutate`, with a new reference unless the input has one. Resolves to the payload. Rejects
   * if the answer has errors.
   */
  change<Payload>(field: string, selection: string, input: object, options?: AskOptions): Promise<Payload>;
}

const signInOnFreePort = { host: '127.0.0.1', port: 0 };

/**
 * @param now The time for subgraphs and simulators. The seed is made for 24 November 2026.
 * @param gatewayEnv Variables of the gateway.
 * @param options
 * `asksForReasons`: staff must say why they read data of a patron.
 * `behindEnv`: variables of the subgraphs.
 * `buildsIndex`: builds the index, and resolves when it is complete. The index calls the legacy systems all the time.
 * `hasAddedSystems`: if false, only the three systems of lending are there.
 * `hasPages`: also serves sign-in and the pages, as `npm start` does. `clientsFile` has the clients of sign-in, and
 * `themeFile` the library's look.
 * `webhooksFile`: makes notices, and sends them to the endpoints in this file.
 * `publicCacheSeconds`: how long the gateway keeps answers to searches.
 * `issuers`: entries for `ISSUERS_FILE`. The tokens of the development issuer are then refused.
 * `showsWholeGraph`: shows every caller the whole graph, so that their requests reach the guards behind the schemas of
 * the audiences.
 * `sharesReads`: subgraphs share what they read for a query. If false, they don't, as in processes of their own.
 * `store`: replaces the seed.
 */
export async function startSystem(
  now = new Date('2026-11-24T12:00:00+08:00'),
  gatewayEnv: NodeJS.ProcessEnv = {},
  {
    behindEnv = {} as NodeJS.ProcessEnv,
    buildsIndex = false,
    hasAddedSystems = true,
    hasPages = false,
    clientsFile = null as string | null,
    themeFile = demonstrationThemeFile,
    webhooksFile = null as string | null,
    issuers = null as readonly object[] | null,
    asksForReasons = false,
    publicCacheSeconds = 0,
    sharesReads = true,
    showsWholeGraph = false,
    store = storeForTests(),
  } = {},
): Promise<RunningSystem> {
  await using resources = new AsyncDisposableStack();
  const { path: dataDir } = resources.use(await openTemporaryFolder());
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  const legacy = resources.use(await startSimulators({ store }));
  const issuersFile = join(dataDir, 'issuers.json');
  if (issuers !== null) {
    await writeFile(issuersFile, JSON.stringify({ issuers }));
  }
  const fromVariables = readGatewayConfig({
    PORT: '0',
    DATA_DIR: dataDir,
    ALLOW_DEVELOPMENT_ISSUER: '1',
    // Without rates and kept searches, a test sees its changes at once.
    RATES: 'off',
    ...(issuers !== null && { ISSUERS_FILE: issuersFile }),
    ...gatewayEnv,
  });
  const config = { ...fromVariables, publicCacheSeconds };
  const behind = readBehindConfig({
    ...legacyEnv(legacy),
    ...(hasAddedSystems && addedEnv(legacy)),
    BRANCHES_FILE: simulatedBranchesFile,
    ...(webhooksFile !== null && { WEBHOOKS_FILE: webhooksFile }),
    ...(asksForReasons && { ACCESS_REASONS: 'required' }),
    ...behindEnv,
  });
  const registry = new Registry();
  const observer = { ...createGatewayMetrics(registry), ...createServerMetrics(registry) };
  await placeEmptyJournal(journalFileIn(dataDir));
  const local = resources.use(
    await openSubgraphs(config, behind, {}, log, {
      observer: createServiceMetrics(registry),
      clock: () => now,
      librarySize: null,
      buildsIndex,
    }),
  );
  const reached = sharesReads ? local : { ...local, transports: unshared(local.transports) };
  const gateway = resources.use(
    hasPages
      ? await startGatewayWithPages(config, { ...signInOnFreePort, clientsFile, themeFile }, local, log, {
          gateway: observer,
          edges: createEdgeMetrics(registry),
        })
      : { ...(await startGateway(config, reached, log, { observer, showsWholeGraph })), signIn: null },
  );
  const issuer = await openDevelopmentIssuer(dataDir);
  const running = resources.move();
  const system: RunningSystem = {
    url: gateway.address,
    signIn: gateway.signIn,
    legacy,
    store,
    issuer,
    dataDir,
    log: lines,
    metrics: () => registry.metrics(),
    subgraphs: local.transports,
    presentedCard(libraryCardNumber) {
      const card = store.cms.cards.get(libraryCardNumber);
      return card === undefined ? { libraryCardNumber } : presentedCard(card);
    },
    token: (claims) => issuer.sign({ subject: 'test', ...claims }, 600),
    async ask(query, { variables, language, accessReason, ...options } = {}) {
      const headers = withoutUndefined({ 'accept-language': language, 'access-reason': accessReason });
      const url = `${gateway.address}/graphql`;
      const response = await postJson(url, { query, variables }, { ...options, headers });
      return { status: response.status, body: (await response.json()) as AnswerBody };
    },
    read: async <Data>(query: string, options?: AskOptions) =>
      dataOf((await system.ask(query, options)).body) as Data,
    mutate: (field, selection, input, options = {}) =>
      system.ask(mutationOf(field, selection), { ...options, variables: { input } }),
    async change<Payload>(field: string, selection: string, input: object, options?: AskOptions) {
      const withReference = { reference: randomUUID(), ...input };
      const { body } = await system.mutate(field, selection, withReference, options);
      return dataOf(body)[field] as Payload;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
  if (buildsIndex) {
    await untilIndexIsReady(system, hasAddedSystems ? ' owingPatrons { totalCount }' : '');
  }
  return system;
}

/** How often the indexes are asked for, 200 ms apart, before a test gives up. 10,000 patrons take a busy machine a minute. */
const maxTries = 1000;

/** Waits for both indexes. They take seconds to build, even for the seed. `more` is a field of the second one. */
async function untilIndexIsReady({ ask, token }: RunningSystem, more: string): Promise<void> {
  const staff = await token({ scope: 'circulation:read credentials:read charges:read' });
  for (let tries = 0; tries < maxTries; tries += 1) {
    const { body } = await ask(
      `{ branches { loansOut } lossReports(orderBy: NEWEST_FIRST, first: 1) { totalCount }${more} }`,
      {
        token: staff,
      },
    );
    if (body.errors === undefined) {
      return;
    }
    await setTimeout(200);
  }
  throw new Error('the index is not ready');
}

/** The transports without the client's operation. A subgraph then doesn't know that two requests belong together. */
function unshared<Name>(transports: ReadonlyMap<Name, Transport>): ReadonlyMap<Name, Transport> {
  const withoutOperation =
    (transport: Transport): Transport =>
    (request, caller, signal, callClass, _operation, traceContext) =>
      transport(request, caller, signal, callClass, null, traceContext);
  return new Map([...transports].map(([name, transport]) => [name, withoutOperation(transport)]));
}

/** Sets the loan's due date to a week from today, so that a renewal makes it later (R23). */
export function growOlder({ store }: RunningSystem, loanId: string): void {
  const loan = store.circ.loans.get(loanId);
  if (loan === undefined) {
    throw new Error(`there is no loan ${loanId}`);
  }
  store.circ.loans.put({ ...loan, dueOn: compactDay(daysAfter(dayOf(new Date()), 7)) });
}

/** @throws Error if the answer has errors or no data. */
function dataOf({ data, errors }: AnswerBody): Readonly<Record<string, unknown>> {
  if (errors !== undefined || data == null) {
    throw new Error(`the answer has errors: ${JSON.stringify(errors)}`);
  }
  return data;
}

/**
 * The value of a root field in an answer.
 * @throws Error if the answer has no data.
 */
export function rootField<T>({ data }: Answer['body'], name: string): T {
  if (data == null) {
    throw new Error('the answer has no data');
  }
  return data[name] as T;
}
