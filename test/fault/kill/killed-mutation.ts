import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedEvent } from '../../../adapters/circulation/port.ts';
import { startSimulators } from '../../../simulators/index.ts';
import type { LendingServices } from '../../../subgraphs/circulation/lending/services.ts';
import { circulationSubgraph } from '../../../subgraphs/circulation/resolvers/index.ts';
import { noBranches } from '../../../subgraphs/library/branches.ts';
import { type Subgraph, startSubgraph } from '../../../subgraphs/runtime/serve.ts';
import { seedDay, staff } from '../../support/callers.ts';
import { run } from '../../support/processes.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import type { Mutation } from './mutations.ts';
import { openLending, patientTimes } from './open-lending.ts';
import { onTheWayMs } from './steps.ts';

/** The fields of a payload that are checked for every mutation. */
export interface Payload {
  readonly operation: { readonly state: string };
  readonly problems: readonly unknown[];
  readonly outcomes?: readonly { readonly state: string }[];
  readonly quota?: { readonly pending: number };
}

/**
 * A mutation that one process begins and another settles. The first may be killed.
 *
 * Example: the process is killed right before `circulation.checkOut`. The journal has the operation, but circulation
 * was not asked. When the time to send is over, `end` settles the operation as refused.
 */
export interface KilledMutation extends AsyncDisposable {
  /** Runs the process until it ends or is killed at step `killAt` (0 for never). `answer` is null after a kill. */
  begin(killAt: number): Promise<{ readonly steps: readonly string[]; readonly answer: Payload | null }>;
  /** Opens the journal as another process would much later. Resolves when no operation in it is unsettled. */
  end(): Promise<Ended>;
}

/** The mutation after it was settled. */
export interface Ended {
  readonly lending: LendingServices;
  /** The warnings and errors in the log. */
  readonly log: readonly string[];
  /** Sends the mutation again with the same reference. */
  ask(): Promise<Payload>;
  /** Circulation's events of the mutation. */
  effects(): Promise<readonly FeedEvent[]>;
}

const never = new AbortController().signal;

export async function startKilledMutation(mutation: Mutation): Promise<KilledMutation> {
  await using resources = new AsyncDisposableStack();
  const { path: folder } = resources.use(await openTemporaryFolder());
  const path = join(folder, 'journal.sqlite');
  const { dropAfterMs } = patientTimes;
  const legacy = resources.use(await startSimulators({ dropAfterMs, latencyMs: 2 * onTheWayMs }));
  const { prs, cms, circ } = legacy;
  const addresses = { prs: prs.url, cms: cms.url, circ: circ.url, path };
  const log: string[] = [];
  const note = (details: object, message: string) => log.push(`${message} ${JSON.stringify(details)}`);
  const noting = { info: () => undefined, warn: note, error: note };
  let aheadMs = 0;
  const clock = () => new Date(Date.now() + aheadMs);
  if (mutation.prepare !== undefined) {
    await using before = new AsyncDisposableStack();
    const other = { ...addresses, path: join(folder, 'before.sqlite') };
    const { circulation } = await openLending(other, clock, noting, before);
    await mutation.prepare(circulation);
  }
  const alive = resources.move();
  return {
    async begin(killAt) {
      const env = { MUTATION: mutation.name, KILL_AT: String(killAt) };
      const where = { PRS: addresses.prs, CMS: addresses.cms, CIRC: addresses.circ, JOURNAL: path };
      await using process = run('test/fault/kill/main.ts', { ...env, ...where });
      await process.exit;
      const { stdout, stderr } = process.output;
      const wasKilled = process.child.signalCode === 'SIGKILL';
      if (wasKilled !== killAt > 0) {
        throw new Error(`killed: ${wasKilled}, at ${killAt}:\n${stdout}${stderr}`);
      }
      const steps = [...stdout.matchAll(/^step (.+)$/gm)].map(([, step = '']) => step);
      const [, said] = /^answer (.+)$/m.exec(stdout) ?? [];
      return { steps, answer: said === undefined ? null : payloadOf(JSON.parse(said)) };
    },
    async end() {
      // Requests in progress must arrive first. A simulator processes a request when its latency is over.
      await sleep(4 * onTheWayMs);
      for (const system of [legacy.prs, legacy.cms, legacy.circ]) {
        system.latencyMs = 0;
      }
      const lending = await openLending(addresses, clock, noting, alive);
      const subgraph = alive.use(
        await startSubgraph(
          circulationSubgraph(
            () => lending,
            () => seedDay,
            noBranches,
            false,
          ),
          lending.log,
        ),
      );
      for (let round = 0; unsettledIn(path) > 0; round += 1) {
        if (round === 60) {
          throw new Error(`${unsettledIn(path)} operations are still unsettled:\n${log.join('\n')}`);
        }
        aheadMs += 60_000;
        await sleep(250);
      }
      return {
        lending,
        log,
        ask: () => ask(subgraph, mutation),
        async effects() {
          const events = await lending.circulation.eventsAfter('0', 500, never);
          return events.filter(({ kind, reference }) => kind === mutation.effect && reference !== 'before');
        },
      };
    },
    [Symbol.asyncDispose]: () => alive.disposeAsync(),
  };
}

/** The number of unsettled operations. Each renewal of `renewLoans` is an operation of its own. */
function unsettledIn(path: string): number {
  using database = new DatabaseSync(path, { timeout: 5_000 });
  const row = database.prepare("select count(*) as count from operations where state = 'UNSETTLED'").get();
  return Number(row?.count);
}

async function ask(subgraph: Subgraph, { document, input }: Mutation): Promise<Payload> {
  return payloadOf(await subgraph.execute({ operation: document, variables: { input } }, staff, never));
}

function payloadOf(answer: unknown): Payload {
  const { data, errors } = answer as { data?: Record<string, Payload> | null; errors?: unknown };
  const [payload] = Object.values(data ?? {});
  if (payload == null) {
    throw new Error(`no answer: ${JSON.stringify(errors)}`);
  }
  return payload;
}
