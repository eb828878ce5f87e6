/** Minor garbage collections, which are cheap, must free the memory of ended requests. */
import { expect, test } from 'vitest';
import { run } from '../../../support/processes.ts';
import { createWorld } from './supergraph-fixture.ts';

const requests = 1600;
/** 1 kB for each request. A request needs 4 kB or more while it is answered. */
const maxLeftBytes = requests * 1000;

test('a minor collection frees what ended requests have left, also after a major one', {
  timeout: 60_000,
}, async () => {
  await using world = await createWorld();
  await using gateway = run('--expose-gc', { LOG_LEVEL: 'error' }, [
    '--import',
    './test/unit/gateway/from-file/report-heap.ts',
    'gateway/main.ts',
    '--supergraph',
    world.file,
    '--port',
    '0',
    '--host',
    '127.0.0.1',
  ]);
  const [, url = ''] = await gateway.says(/GraphQL at (http:\S+)/);
  let reports = 0;
  const leftBytes = async () => {
    const lanes = Array.from({ length: 8 }, async () => {
      for (let sent = 0; sent < requests / 8; sent += 1) {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"query":"{ me { name } }"}',
        });
        expect(await response.json()).toEqual({ data: { me: { name: 'Ada' } } });
      }
    });
    await Promise.all(lanes);
    gateway.child.kill('SIGCONT');
    reports += 1;
    const [, afterMinor, afterMajor] = await gateway.says(
      new RegExp(`(?:heap \\d+ \\d+[^]*){${reports - 1}}heap (\\d+) (\\d+)\n`),
    );
    return Number(afterMinor) - Number(afterMajor);
  };
  // In the first two rounds V8 still compiles, and the heap grows.
  await leftBytes();
  await leftBytes();
  expect(await leftBytes()).toBeLessThan(maxLeftBytes);
});
