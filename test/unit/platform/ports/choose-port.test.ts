import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test, vi } from 'vitest';

const host = '127.0.0.1';
/** The numbers that the next calls of `randomInt` return. */
const drawn: number[] = [];
vi.mock('node:crypto', async (original) => ({
  ...(await original<typeof import('node:crypto')>()),
  randomInt: (from: number, to: number) => drawn.shift() ?? from + Math.floor(Math.random() * (to - from)),
}));
const { choosePort, isFree, releasePort } = await import('../../../../platform/ports/choose-port.ts');
const { listenOn } = await import('../../../../platform/ports/listen.ts');

describe('a chosen port', () => {
  test('is held until its server listens: no other server is given it', async () => {
    const first = await choosePort({ host, port: 0 });
    expect(await isFree(host, first)).toBe(false);
    drawn.push(first);
    const second = await choosePort({ host, port: 0 });
    expect(second).not.toBe(first);
    const server = createServer();
    await listenOn(server, { host, port: first, variable: 'PORT' });
    server.close();
    await once(server, 'close');
    await releasePort(second);
    expect(await isFree(host, second)).toBe(true);
  });

  test('that is set is returned as it is, and the message names its variable if it is in use', async () => {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    expect(await choosePort({ host, port })).toBe(port);
    await expect(listenOn(createServer(), { host, port, variable: 'PORT' })).rejects.toThrow(
      `PORT ${port} is in use at ${host}: set another.`,
    );
    server.close();
  });
});
