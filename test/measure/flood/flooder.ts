/** The flood, in a thread of its own, so that it doesn't delay the measuring thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { Agent } from 'undici';
import { randomFrom } from '../../support/random.ts';
import { type AttackKind, attackKinds, attacks } from './attacks.ts';
import { ask, codeOf } from './client.ts';

export interface FloodOptions {
  /** The URLs of the gateways. The clients are distributed over them. */
  readonly urls: readonly string[];
  readonly clients: number;
  /** The number of concurrent requests of a client. */
  readonly depth: number;
  /** The token for wrong PINs, which come by telephone. Other requests have no token. */
  readonly telephoneToken: string;
  readonly seed: number;
}

/** The number of requests, by kind and by the code of the answer. */
export type FloodCounts = Readonly<Record<AttackKind, Readonly<Record<string, number>>>>;

const { urls, clients, depth, telephoneToken, seed } = workerData as FloodOptions;
const counts = Object.fromEntries(attackKinds.map((kind) => [kind, {}])) as Record<
  AttackKind,
  Record<string, number>
>;
const ending = new AbortController();
const dispatcher = new Agent({ connections: clients * depth });

async function flood(client: number, lane: number): Promise<void> {
  const kind = attackKinds[client % attackKinds.length] ?? 'searches';
  const random = randomFrom(seed + client * 1000 + lane);
  const url = urls[client % urls.length] ?? '';
  const token = kind === 'wrong PINs' ? telephoneToken : null;
  const from = { url, token, address: `192.0.2.${client + 1}`, dispatcher };
  while (!ending.signal.aborted) {
    const { query, variables } = attacks[kind](random);
    const code = await ask(from, query, variables).then(codeOf, () => 'no answer');
    counts[kind][code] = (counts[kind][code] ?? 0) + 1;
  }
}

const lanes = Array.from({ length: clients * depth }, (_, index) => flood(index % clients, index));
parentPort?.once('message', async () => {
  ending.abort();
  await Promise.all(lanes);
  await dispatcher.destroy();
  parentPort?.postMessage(counts);
});
