import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { startGatewayWithPages } from '../../embedded/gateway-with-pages.ts';
import { openSubgraphs } from '../../embedded/subgraphs.ts';
import {
  type DevelopmentIssuer,
  openDevelopmentIssuer,
  type TokenClaims,
} from '../../gateway/access/development.ts';
import { readGatewayConfig } from '../../gateway/config.ts';
import { startGateway } from '../../gateway/start.ts';
import type { Transport } from '../../gateway/transport/transport.ts';
import { simulatedBranchesFile } from '../../simulators/branches.ts';
import { compactDay, dayOf, daysAfter } from '../../simulators/hong-kong-time.ts';
import { type RunningSimulators, readSeed, startSimulators } from '../../simulators/index.ts';
import { createStore, type Store } from '../../simulators/tables/store.ts';
import type { CredentialPresented } from '../../subgraphs/circulation/lending/find-card.ts';
import { readBehindConfig } from '../../subgraphs/runtime/start.ts';
import { createEdgeMetrics } from '../../telemetry/metrics/edge/index.ts';
import { createGatewayMetrics } from '../../telemetry/metrics/gateway/index.ts';
import { createServerMetrics } from '../../telemetry/metrics/server.ts';
import { createServiceMetrics } from '../../telemetry/metrics/services/index.ts';
import { presentedCard } from '../support/presented-card.ts';
import { legacyEnv } from '../support/services/environment.ts';

/** The answer of a GraphQL request over HTTP. */
export interface Answer {
  readonly status: number;
  readonly body: { data?: Record<string, unknown> | null; errors?: ErrorBody[] };
}
export interface ErrorBody {
  message: string;
  path?: (string | number)[];
  extensions: { code: string };
}

/** The whole system in this process, over simulators of its own, on free ports. */
export interface RunningSystem extends AsyncDisposable {
  readonly url: string;
  /** Where people sign in; null without pages. */
  readonly signIn: URL | null;
  readonly legacy: RunningSimulators;
  /** The tables of the simulators. */
  readonly store: Store;
  readonly issuer: DevelopmentIssuer;
  /** The folder of the journal and the keys. */
  readonly dataDir: string;
  /** Every line of the log. */
  readonly log: string[];
  /** What the process measures, as `/metrics` shows it. */
  metrics(): Promise<string>;
  /** The subgraphs, to be asked without the gateway and its guards. */
  readonly subgraphs: ReadonlyMap<string, Transport>;
  /** How the card of that number is shown to borrow, as card management has it now. */
  presentedCard(libraryCardNumber: string): CredentialPresented;
  token(claims?: Partial<TokenClaims>): Promise<string>;
  /** `signal`: aborts when the client disconnects. */
  ask(
    query: string,
    options?: {
      token?: string;
      variables?: Record<string, unknown>;
      signal?: AbortSignal;
      language?: string;
    },
  ): Promise<Answer>;
}

const signInOnFreePort = { host: '127.0.0.1', port: 0 };

/**
 * `now`: the time for subgraphs and simulators; the seed is made for 24 November 2026. `gatewayEnv`: variables of the gateway;
 * with issuers among them, the development issuer's tokens are not accepted. `buildsIndex`: calls for the index are made all the time
 * then; the system is given once the index is whole. `store`: in place of the seed. `hasPages`: with sign-in and the pages, as
 * `npm start` has them, and clients of sign-in from `clientsFile`. `webhooksFile`: notices are made, and sent where it says.
 */
export async function startSystem(
  now = new Date('2026-11-24T12:00:00+08:00'),
  gatewayEnv: NodeJS.ProcessEnv = {},
  {
    buildsIndex = false,
    hasPages = false,
    clientsFile = null as string | null,
    webhooksFile = null as string | null,
    store = createStore(readSeed()),
  } = {},
): Promise<RunningSystem> {
  await using resources = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-'));
  resources.defer(() => rm(dataDir, { recursive: true }));
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  const legacy = resources.use(await startSimulators({ store }));
  const config = readGatewayConfig({
    PORT: '0',
    DATA_DIR: dataDir,
    ALLOW_DEVELOPMENT_ISSUER: '1',
    // What a test has changed must be seen at once.
    RATES: 'off',
    PUBLIC_CACHE_SECONDS: '0',
    ...gatewayEnv,
  });
  const behind = readBehindConfig({
    ...legacyEnv(legacy),
    BRANCHES_FILE: simulatedBranchesFile,
    ...(webhooksFile !== null && { WEBHOOKS_FILE: webhooksFile }),
  });
  const registry = new Registry();
  const observer = { ...createGatewayMetrics(registry), ...createServerMetrics(registry) };
  const local = resources.use(
    await openSubgraphs(config, behind, {}, log, {
      observer: createServiceMetrics(registry),
      clock: () => now,
      librarySize: null,
      buildsIndex,
    }),
  );
  const gateway = resources.use(
    hasPages
      ? await startGatewayWithPages(config, { ...signInOnFreePort, clientsFile }, local, log, {
          gateway: observer,
          edges: createEdgeMetrics(registry),
        })
      : { ...(await startGateway(config, local, log, { observer })), signIn: null },
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
    async ask(query, { token, variables, signal, language } = {}) {
      const response = await fetch(`${gateway.address}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(language !== undefined && { 'accept-language': language }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, variables }),
        ...(signal !== undefined && { signal }),
      });
      return { status: response.status, body: (await response.json()) as Answer['body'] };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
  if (buildsIndex) {
    await untilIndexIsReady(system);
  }
  return system;
}

/** The index of the seed takes seconds to build. */
async function untilIndexIsReady({ ask, token }: RunningSystem): Promise<void> {
  const staff = await token({ scope: 'circulation:read credentials:read' });
  for (let tries = 0; tries < 100; tries += 1) {
    const { body } = await ask('{ lendingDays { day } latestLossReports(first: 1) { totalCount } }', {
      token: staff,
    });
    if (body.errors === undefined) {
      return;
    }
    await setTimeout(200);
  }
  throw new Error('the index is not ready');
}

/** Moves the loan's due date a week nearer, so that a renewal gains something (R23). */
export function growOlder({ store }: RunningSystem, loanId: string): void {
  const loan = store.circ.loans.get(loanId);
  if (loan === undefined) {
    throw new Error(`there is no loan ${loanId}`);
  }
  store.circ.loans.put({ ...loan, dueOn: compactDay(daysAfter(dayOf(new Date()), 7)) });
}

/** A root field of an answer, in the type that the test expects. @throws where there is no data. */
export function rootField<T>({ data }: Answer['body'], name: string): T {
  if (data == null) {
    throw new Error('the answer has no data');
  }
  return data[name] as T;
}
