import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { anonymous } from '../../../../gateway/access/caller.ts';
import { forAllAudiences } from '../../../../gateway/audiences.ts';
import { createHost, type Host } from '../../../../gateway/engine/host.ts';
import type { SubgraphRequest } from '../../../../gateway/executor/index.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';

/** The number of distinct operations after the cache is full. `OPERATIONS=10000` takes a minute or two. */
const operations = Number(process.env.OPERATIONS ?? 700);
/**
 * The approximate number of operations that fill the cache. After these, each new operation evicts another operation.
 */
const fillingOperations = 700;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapMb(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1024 ** 2;
}

const requests: SubgraphRequest[] = [];

function createItemHost(): Promise<Host> {
  return createHost({
    supergraphSdl: readFileSync(new URL('../../../../schema/supergraph.graphql', import.meta.url), 'utf8'),
    audienceSchemas: null,
    transports: new Map([
      [
        'circulation',
        async (request: SubgraphRequest) => {
          requests.push(request);
          const [, key = ''] = /\{(\w+):/.exec(request.operation) ?? [];
          return { data: { [key]: null } };
        },
      ],
    ]),
    limits: defaultLimits,
    publicTag: null,
    introspection: forAllAudiences(true),
    log: pino({ level: 'silent' }),
  });
}

const ask = (host: Host, query: string) =>
  host.answer({
    parameters: { query },
    method: 'POST',
    caller: anonymous,
    signal: new AbortController().signal,
    allowance: null,
  });

test(`${operations} more distinct operations leave memory as it was`, { timeout: 600_000 }, async () => {
  await using host = await createItemHost();
  const distinct = async (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      const fields = Array.from({ length: 90 }, (_, field) => `a${index}_${field}: title`).join(' ');
      expect(await ask(host, `{ item(itemNumber: "1") { ${fields} } }`)).toEqual({ data: { item: null } });
      requests.length = 0;
    }
  };
  await distinct(0, fillingOperations);
  const filled = heapMb();
  await distinct(fillingOperations, fillingOperations + operations);
  const after = heapMb();
  process.stdout.write(
    `heap after ${fillingOperations} operations ${filled.toFixed(0)} MB, after ${fillingOperations + operations} ${after.toFixed(0)} MB\n`,
  );
  expect(after).toBeLessThan(filled + 30);
});

test('operations that differ in literals alone are planned once', { timeout: 60_000 }, async () => {
  await using host = await createItemHost();
  requests.length = 0;
  for (let index = 0; index < 1000; index++) {
    await ask(host, `{ item(itemNumber: "${index}") { title } }`);
  }
  expect(requests).toHaveLength(1000);
  expect(new Set(requests.map(({ operation }) => operation)).size).toBe(1);
  expect(requests.map(({ variables }) => Object.values(variables)[0])).toEqual(
    Array.from({ length: 1000 }, (_, index) => `${index}`),
  );
});
