/**
 * `npm run bench:tokens`: what it gives to remember verified tokens. The CPU time of a request to our own graph, with one token
 * for all requests, which is verified once a minute, and with a new token for each request, which is verified each time. Gateway,
 * subgraphs and simulators are one process; the tokens are signed in this one. Each round measures all ways in turn.
 *
 * Environment: `ROUNDS` (9), `REQUESTS` (of each way a round, 500).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startIdentityProvider } from '../../support/identity-provider.ts';
import { type Measured, startMeasured } from '../gateway/processes.ts';

const rounds = Number(process.env.ROUNDS ?? 9);
const requests = Number(process.env.REQUESTS ?? 500);
/** Unmeasured rounds, in which V8 compiles. */
const warmUp = 5;
/** Requests that are under way at a time. */
const lanes = 8;

const algorithms = ['ES256', 'RS256'] as const;
type Algorithm = (typeof algorithms)[number];
const queries = {
  'nothing, `{ __typename }`': '{ __typename }',
  'the patron who is signed in, with cards, quota and loans':
    '{ me { name { english } credentials { status } loanQuota { remaining } loans(first: 10) { totalCount } } }',
} as const;

await using resources = new AsyncDisposableStack();
const provider = resources.use(await startIdentityProvider());
for (const algorithm of algorithms) {
  await provider.addKey(algorithm, algorithm);
}
const dataDir = mkdtempSync(join(tmpdir(), 'bench-tokens-'));
resources.defer(() => rmSync(dataDir, { recursive: true }));
const system = resources.use(
  await startMeasured(
    'patron-graph',
    join(import.meta.dirname, '../../../embedded/main.ts'),
    () => [],
    (port) => ({
      NODE_ENV: 'test',
      PORT: `${port}`,
      DATA_DIR: dataDir,
      RATES: 'off',
      JWKS_URL: provider.url,
      JWT_ISSUER: 'https://id.example',
      JWT_AUDIENCE: 'patron-graph',
    }),
  ),
);

function newToken(algorithm: Algorithm): Promise<string> {
  const payload = {
    iss: 'https://id.example',
    aud: 'patron-graph',
    sub: 'P0000001',
    patron_id: 'P0000001',
    client_id: 'web',
    jti: crypto.randomUUID(),
    exp: Math.floor(Date.now() / 1000) + 3600,
  };
  return provider.sign(payload, { alg: algorithm, kid: algorithm });
}

/** The process's CPU time for one of the requests, in µs, each with the next of the tokens. */
async function cpuOf({ ask, cpu }: Measured, query: string, tokens: readonly string[]): Promise<number> {
  const left = [...tokens];
  const before = await cpu();
  const lane = async () => {
    for (let token = left.pop(); token !== undefined; token = left.pop()) {
      const answer = await ask(query, {}, { authorization: `Bearer ${token}` });
      if (answer.includes('"errors"')) {
        throw new Error(answer);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return ((await cpu()) - before) / tokens.length;
}

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const [least = 0, median = 0, most = 0] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
  return `${median.toFixed(0)} (${least.toFixed(0)} to ${most.toFixed(0)})`;
}

const lines = [
  '| request | signature | one token, µs | a new token each, µs | saved, µs |',
  '|---|---|---|---|---|',
];
for (const [name, query] of Object.entries(queries)) {
  for (const algorithm of algorithms) {
    const [one, each, saved]: number[][] = [[], [], []];
    for (let round = -warmUp; round < rounds; round += 1) {
      const token = await newToken(algorithm);
      const tokens = await Promise.all(Array.from({ length: requests }, () => newToken(algorithm)));
      const remembered = await cpuOf(
        system,
        query,
        Array.from({ length: requests }, () => token),
      );
      const verified = await cpuOf(system, query, tokens);
      if (round >= 0) {
        one?.push(remembered);
        each?.push(verified);
        saved?.push(verified - remembered);
      }
    }
    const cells = [name, algorithm, ...[one, each, saved].map((values = []) => spread(values))];
    lines.push(`| ${cells.join(' | ')} |`);
  }
}
const machine = `Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model.trim()})`;
process.stdout.write(
  `CPU time of a request: the median of ${rounds} rounds of ${requests}, and the spread. ${machine}, ${new Date().toISOString().slice(0, 10)}\n\n${lines.join('\n')}\n`,
);
