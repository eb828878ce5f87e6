/** A process hands the operations that clients use over to the process that takes its place. */
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { anonymous } from '../../../../../gateway/access/caller.ts';
import { forAllAudiences } from '../../../../../gateway/audiences.ts';
import { createHost, type Host } from '../../../../../gateway/engine/host.ts';
import { defaultLimits } from '../../../../../gateway/limits.ts';
import { subgraphs } from '../../../../../schema/sdl.ts';

const supergraphSdl = readFileSync(
  new URL('../../../../../schema/supergraph.graphql', import.meta.url),
  'utf8',
);

const openHost = (): Promise<Host> =>
  createHost({
    supergraphSdl,
    audienceSchemas: null,
    transports: new Map(subgraphs.map((name) => [name, async () => ({ data: null })])),
    limits: defaultLimits,
    publicTag: null,
    introspection: forAllAudiences(true),
    log: pino({ level: 'silent' }),
  });

const query = `query ($withContact: Boolean!, $later: Boolean!) {
  me { id ... @defer(if: $later) { loanQuota { limit } } contact @include(if: $withContact) { email } }
}`;

async function askForAll(host: Host): Promise<void> {
  for (const incremental of [undefined, '20220824', 'v0.2'] as const) {
    for (const [withContact, later] of [
      [true, true],
      [false, true],
      [true, false],
    ]) {
      await host.answer({
        parameters: { query, variables: { withContact, later } },
        method: 'POST',
        caller: { ...anonymous, authenticated: true },
        signal: new AbortController().signal,
        allowance: null,
        incremental,
      });
    }
  }
}

test('the next process has planned each variant, also of blocks with @defer, before a client asks for it', async () => {
  await using host = await openHost();
  await askForAll(host);
  await using next = await openHost();
  expect(await next.prepare(host.known(), new AbortController().signal)).toBe(1);
  const { plans } = next.caches();
  expect(plans?.insertions).toBe(host.caches().plans?.insertions);
  await askForAll(next);
  expect(next.caches().plans?.insertions).toBe(plans?.insertions);
});
