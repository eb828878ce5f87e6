/**
 * Watches whether the graph and circulation answer. Also warms up the graph, so that the first message is answered as
 * fast as later ones.
 */
import type { DependencyState } from '../../platform/lifecycle/dependency-watch.ts';
import { DependencyWatch, type WatchTimes } from '../../platform/lifecycle/dependency-watch.ts';
import type { GraphAnswer, GraphOperation } from '../graph/client.ts';
import { anyItem, checkIn, checkOut } from './answers/operations.ts';
import type { Sip2Options } from './options.ts';
import { profiles } from './profiles.ts';

/**
 * Terminals learn within seconds that the library is offline. A graph that doesn't answer counts as down after two
 * checks, because after one it may only be slow.
 */
const usualTimes: WatchTimes = { everyMs: 5_000, timeoutMs: 3_000, failuresToDown: 2 };

/** A valid item number that no item has. Circulation searches for it, and finds nothing. */
const noItem = '00000000000000';

export interface GraphWatch extends Disposable {
  /**
   * Starts the watch and warms up the graph, at the first call only. Resolves when the first check and the warm-up have
   * ended, within seconds. Never rejects.
   */
  known(): Promise<void>;
  dependencies(): Readonly<Record<string, DependencyState>>;
  /** Whether the graph and circulation answer the regular checks. */
  isOnLine(): boolean;
}

/**
 * Requests an item from the graph every few seconds, with the rights of the first station in the file. Without a station,
 * uses the rights of the first terminal.
 */
export function watchGraph(options: Sip2Options): GraphWatch {
  const watch = new DependencyWatch(
    [
      {
        name: 'graph',
        async check(signal) {
          const answer = await ask(options, anyItem, { number: noItem }, signal);
          const isDown = answer?.errors.some(({ isOwnExcess }) => !isOwnExcess) === true;
          return { circulation: isDown ? 'down' : 'up' };
        },
      },
    ],
    options.watchTimes ?? usualTimes,
  );
  let warmed: Promise<unknown> | null = null;
  return {
    async known() {
      warmed ??= warmUp(options);
      await Promise.all([watch.start(), warmed]);
    },
    dependencies: () => watch.states(),
    isOnLine: () => Object.values(watch.states()).every((state) => state === 'up'),
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  };
}

/**
 * Prepares the graph for the first loan and return, by requesting both without a reference (idempotency key). The graph
 * parses and plans the operations, and opens the connections that they use. Then it refuses them, and records nothing.
 * Does nothing if there is no station.
 */
async function warmUp(options: Sip2Options): Promise<void> {
  const input = { reference: '', itemNumber: noItem };
  const signal = AbortSignal.timeout(usualTimes.timeoutMs);
  const hasStation = options.terminals.current.terminals.some(({ profile }) => profile === 'station');
  await Promise.allSettled(
    hasStation
      ? [
          ask(options, checkOut, { input: { ...input, credential: { libraryCardNumber: noItem } } }, signal),
          ask(options, checkIn, { input }, signal),
        ]
      : [],
  );
}

/**
 * Sends an operation to the graph as the first station, or as the first terminal if there is no station. Null if no
 * terminal is configured. Rejects if the graph doesn't answer.
 */
async function ask<Data>(
  { graph, tokenFor, terminals }: Sip2Options,
  operation: GraphOperation<Data>,
  variables: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<GraphAnswer<Data> | null> {
  const all = terminals.current.terminals;
  const terminal = all.find(({ profile }) => profile === 'station') ?? all[0];
  if (terminal === undefined) {
    return null;
  }
  const { scope, callClass } = profiles[terminal.profile];
  const branch = terminal.profile === 'station' ? terminal.branch : null;
  const token = await tokenFor({ clientId: terminal.name, scope, branch });
  return await graph.ask(operation, {
    variables,
    token,
    language: terminal.language,
    callClass,
    caller: terminal.name,
    signal,
  });
}
