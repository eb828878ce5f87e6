/** `npm start` beside another one. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, run } from '../../support/processes.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

/** Makes sure that something listens at the port: this test, or another program. */
async function occupy(port: number, resources: AsyncDisposableStack): Promise<void> {
  const server = createServer();
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await Promise.race([once(server, 'listening'), once(server, 'error')]);
  resources.defer(() => void server.close());
}

test('only PORT and DATA_DIR are needed: the other ports move along', { timeout: 60_000 }, async () => {
  await using resources = new AsyncDisposableStack();
  const { path } = resources.use(await openTemporaryFolder());
  for (const port of [4004, 4006, 6001, 8101]) {
    await occupy(port, resources);
  }
  const started = resources.use(
    run('embedded/main.ts', { PORT: String(await freePort()), DATA_DIR: path, LOG_LEVEL: 'silent' }),
  );
  const [, signIn] = await started.says(/Sign-in +http:\/\/127\.0\.0\.1:(\d+)/);
  const [, sip2] = await started.says(/SIP2 +127\.0\.0\.1:(\d+)/);
  expect([signIn, sip2]).not.toContain('4004');
  expect([signIn, sip2]).not.toContain('6001');
});
