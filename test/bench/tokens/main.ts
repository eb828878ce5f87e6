/**
 * `npm run bench:tokens` measures the CPU time that the cache of verified tokens saves. The requests go to our own
 * graph. In one case all requests have the same token, which is verified once a minute. In the other case each request
 * has a new token, which is verified each time. Gateway, subgraphs and simulators are one process. This process signs
 * the tokens. Each round measures both cases in turn.
 *
 * Environment:
 * - `ROUNDS` (9).
 * - `REQUESTS` (500): requests of each case per round.
 * - `BEFORE`: the folder of another checkout. Both checkouts get each request in turns.
 */

import { startIdentityProvider } from '../../support/identity-provider.ts';
import { freePorts } from '../../support/processes.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { checkouts, fileIn, isComparison } from '../measured/checkouts.ts';
import { addedCost, machineAndDay, medianOf, tableHead, tableRow } from '../measured/figures.ts';
import { cpuOfEach } from '../measured/paired.ts';
import { type Measured, startMeasured } from '../measured/processes.ts';

const rounds = Number(process.env.ROUNDS ?? 9);
const requests = Number(process.env.REQUESTS ?? 500);
/** The number of unmeasured rounds, in which V8 compiles. */
const warmUp = 5;
/** The number of concurrent requests. */
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
const systems: Measured[] = [];
for (const checkout of checkouts) {
  const { path: dataDir } = resources.use(await openTemporaryFolder());
  const env = {
    ...freePorts,
    NODE_ENV: 'test',
    DATA_DIR: dataDir,
    RATES: 'off',
    JWKS_URL: provider.url,
    JWT_ISSUER: 'https://id.example',
    JWT_AUDIENCE: 'patron-graph',
  };
  const system = await startMeasured(
    checkout.name,
    fileIn(checkout, 'embedded/main.ts'),
    () => [],
    (port) => ({ ...env, PORT: `${port}` }),
  );
  systems.push(resources.use(system));
}

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

/** The CPU time of each system per request, in µs. Each request gets the next token of the list. */
const cpuOf = (query: string, tokens: readonly string[]) =>
  cpuOfEach(systems, {
    requests: tokens.length,
    lanes,
    async ask(system, _lane, left) {
      const answer = await system.ask(query, {}, { authorization: `Bearer ${tokens[left]}` });
      if (answer.includes('"errors"')) {
        throw new Error(answer);
      }
    },
  });

/** The cost of a request in each round, in µs of CPU time. */
interface Costs {
  readonly remembered: number[];
  readonly verified: number[];
}

async function measure(query: string, algorithm: Algorithm): Promise<readonly Costs[]> {
  const costs: readonly Costs[] = systems.map(() => ({ remembered: [], verified: [] }));
  for (let round = -warmUp; round < rounds; round += 1) {
    const token = await newToken(algorithm);
    const tokens = await Promise.all(Array.from({ length: requests }, () => newToken(algorithm)));
    const remembered = await cpuOf(
      query,
      tokens.map(() => token),
    );
    const verified = await cpuOf(query, tokens);
    if (round >= 0) {
      for (const [index, of] of costs.entries()) {
        of.remembered.push(remembered[index] ?? Number.NaN);
        of.verified.push(verified[index] ?? Number.NaN);
      }
    }
  }
  return costs;
}

const lines = [
  tableHead([
    'request',
    'signature',
    ...(isComparison ? ['checkout'] : []),
    'one token, µs',
    'a new token each, µs',
    'saved, µs',
  ]),
];
for (const [name, query] of Object.entries(queries)) {
  for (const algorithm of algorithms) {
    const costs = await measure(query, algorithm);
    for (const [index, { remembered, verified }] of costs.entries()) {
      const saved = verified.map((cost, round) => cost - (remembered[round] ?? Number.NaN));
      const cells = [remembered, verified, saved].map((values) => medianOf(values));
      const checkout = isComparison ? [systems[index]?.name ?? ''] : [];
      lines.push(tableRow([name, algorithm, ...checkout, ...cells]));
    }
    const [before, now] = costs;
    if (before !== undefined && now !== undefined) {
      const added = [addedCost(now.remembered, before.remembered), addedCost(now.verified, before.verified)];
      lines.push(tableRow([name, algorithm, 'now costs more', ...added, '']));
    }
  }
}
process.stdout.write(
  `CPU time of a request: the median of ${rounds} rounds of ${requests}, and the quartiles. ${machineAndDay()}\n\n${lines.join('\n')}\n`,
);
