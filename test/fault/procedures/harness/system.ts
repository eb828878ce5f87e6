import { setTimeout as sleep } from 'node:timers/promises';
import type { CoreSystemId } from '../../../../platform/systems.ts';
import type { JournalDatabase } from '../../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import type { ResolverServices } from '../../../../subgraphs/circulation/context.ts';
import { circulationSubgraph } from '../../../../subgraphs/circulation/resolvers/index.ts';
import type { CredentialServices } from '../../../../subgraphs/credentials/procedures/services.ts';
import { credentialsSubgraph } from '../../../../subgraphs/credentials/resolvers/index.ts';
import { noBranches } from '../../../../subgraphs/library/branches.ts';
import type { ChangeTimes } from '../../../../subgraphs/operations/change-times.ts';
import type { LiveServices } from '../../../../subgraphs/operations/changes/services.ts';
import { startLogTail } from '../../../../subgraphs/operations/log/log-tail.ts';
import type { PatronServices } from '../../../../subgraphs/patrons/context.ts';
import { patronsSubgraph } from '../../../../subgraphs/patrons/resolvers/index.ts';
import type { ErrorLog, ProcessLog } from '../../../../subgraphs/runtime/errors.ts';
import {
  type Subgraph,
  type SubgraphAnswer,
  type SubgraphDefinition,
  startSubgraph,
} from '../../../../subgraphs/runtime/serve.ts';
import { temporaryIndex } from '../../../support/index/temporary-index.ts';
import { secret } from '../../../support/journal-secret.ts';
import { openPorts } from '../../../support/ports.ts';
import { pastPositionsOf } from '../../../support/services/past-positions.ts';
import type { Scenario } from '../scenarios/scenarios.ts';
import { type Watch, watched } from './call-points.ts';

export interface SystemOptions {
  /** The URLs of the legacy systems. */
  readonly legacy: Readonly<Record<CoreSystemId, { readonly url: string }>>;
  readonly journal: { readonly path: string } | JournalDatabase;
  readonly times: ChangeTimes;
  readonly log: ProcessLog;
  /** Watches the legacy calls. */
  readonly watch?: Watch;
  /** Watches the journal's calls. */
  readonly watchJournal?: Watch;
  /** How far the process's clocks are ahead of the machine's, in ms. */
  readonly aheadMs?: () => number;
  /** Whether the subgraph's reconciler runs. */
  readonly settles: boolean;
}

/** The fields that every mutation's payload has. */
export interface Payload {
  readonly operation: { readonly state: 'DONE' | 'PARTLY_DONE' | 'REFUSED' | 'UNSETTLED' };
  readonly problems: readonly { readonly code: string }[];
}

/** `isWhole` tells whether the answer has no errors. */
export interface Answer {
  readonly payload: Payload;
  readonly isWhole: boolean;
}

/** The subgraph of a scenario, with the legacy systems and a journal. */
export interface System extends AsyncDisposable {
  /** Sends the scenario's mutation. `other` overrides fields of its input. Rejects if the answer has no payload. */
  ask(other?: Scenario['input']): Promise<Answer>;
}

const never = new AbortController().signal;
/** The pause between two requests, in ms. */
const retryMs = 250;
const maxTries = 240;

/** Repeats the request until the operation is settled and the answer has no errors. Calls `wait` in between. */
export async function settledAnswer(system: System, wait?: () => Promise<void>): Promise<Payload> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const { payload, isWhole } = await system.ask();
    if (payload.operation.state !== 'UNSETTLED' && isWhole) {
      return payload;
    }
    await sleep(retryMs);
    await wait?.();
  }
  throw new Error(`the operation is still unsettled after ${maxTries} requests`);
}

export const watchNothing: Watch = async () => {};

export async function openSystem(scenario: Scenario, options: SystemOptions): Promise<System> {
  await using resources = new AsyncDisposableStack();
  const { log, settles, aheadMs = () => 0 } = options;
  const clock = () => new Date(Date.now() + aheadMs());
  const services = await openServices(options, clock, aheadMs, resources);
  const { subgraph: name, document: operation, caller, background } = scenario;
  const starting = {
    patrons: () =>
      start(
        patronsSubgraph(() => services),
        settles,
        log,
      ),
    credentials: () =>
      start(
        credentialsSubgraph(() => services, clock),
        settles,
        log,
      ),
    circulation: () =>
      start(
        circulationSubgraph(() => services, clock, noBranches, false),
        settles,
        log,
      ),
  };
  const subgraph = resources.use(await starting[name]());
  const open = resources.move();
  return {
    async ask(other) {
      if (background !== undefined) {
        const state = await background(services, settles);
        return { payload: { operation: { state }, problems: [] }, isWhole: true };
      }
      const variables = { input: { ...scenario.input, ...other } };
      return answerIn(await subgraph.execute({ operation, variables }, caller, never));
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function start<Context extends object>(
  definition: SubgraphDefinition<Context>,
  settles: boolean,
  log: ErrorLog,
): Promise<Subgraph> {
  const { name, resolvers, createContext } = definition;
  return startSubgraph(settles ? definition : { name, resolvers, createContext }, log);
}

async function openServices(
  {
    legacy,
    journal: journalSource,
    times,
    log,
    watch = watchNothing,
    watchJournal = watchNothing,
  }: SystemOptions,
  clock: () => Date,
  aheadMs: () => number,
  resources: AsyncDisposableStack,
): Promise<
  CredentialServices &
    PatronServices &
    LiveServices &
    Pick<
      ResolverServices,
      'books' | 'findings' | 'cardEvents' | 'suspects' | 'notices' | 'rowNotes' | 'owing' | 'index' | 'log'
    >
> {
  // The circuit breaker stays closed, so that every call is made.
  const limits = { deadlineMs: times.callMs, breakerThreshold: 1_000 };
  const { cards, patrons, circulation } = resources.use(await openPorts(legacy, limits));
  const journal =
    'path' in journalSource
      ? resources.use(await openSqliteJournal({ secret, path: journalSource.path, clock }))
      : journalSource;
  return {
    cards: watched(cards, 'cards', watch),
    patrons: watched(patrons, 'patrons', watch),
    circulation: watched(circulation, 'circulation', watch),
    journal: watched<CredentialServices['journal']>(journal, 'journal', watchJournal),
    attempts: journal,
    observer: {},
    audit: journal,
    changes: journal,
    erasure: journal,
    owing: journal,
    received: journal,
    merged: watched<CredentialServices['merged']>(journal, 'journal', watchJournal),
    books: journal,
    findings: journal,
    cardEvents: journal,
    suspects: journal,
    standingBlocks: journal,
    notices: journal,
    rowNotes: journal,
    changeLog: journal,
    logTail: resources.use(startLogTail(journal, { monotonic: () => performance.now() })),
    pastPositions: pastPositionsOf(journal),
    index: await temporaryIndex(resources, clock),
    fingerprintKey: new Uint8Array(32),
    pseudonymKey: new Uint8Array(32),
    times,
    monotonic: () => performance.now() + aheadMs(),
    log,
  };
}

function answerIn({ data, errors }: SubgraphAnswer): Answer {
  const [payload] = Object.values(data ?? {}) as Payload[];
  if (payload == null) {
    throw new Error(`no answer: ${JSON.stringify(errors)}`);
  }
  return { payload, isWhole: errors === undefined };
}
