import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../../support/processes.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

/** The login of the peer. */
export const peerLogin = { user: 'peer', password: 'p&ss' } as const;

/** A name instead of a path, so that any installed PHP is used. */
const interpreter = 'php';

const folder = join(import.meta.dirname, 'rooms');

/** Starts the room booking system of PHP's SoapServer. It keeps its bookings in a temporary file. */
export async function startRoomsPeer(): Promise<{ readonly url: string } & AsyncDisposable> {
  await using resources = new AsyncDisposableStack();
  const { path } = resources.use(await openTemporaryFolder());
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(interpreter, ['-d', 'display_errors=0', '-S', address, join(folder, 'rooms.php')], {
    env: {
      PATH: process.env.PATH,
      ROOMS_WSDL: join(folder, 'rooms.wsdl'),
      ROOMS_STATE: join(path, 'bookings.json'),
      ROOMS_USER: peerLogin.user,
      ROOMS_PASSWORD: peerLogin.password,
      // A request without an answer keeps its process busy.
      PHP_CLI_SERVER_WORKERS: '4',
    },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  resources.defer(async () => {
    child.kill();
    await ended;
  });
  const url = `http://${address}/`;
  while (
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) {
      throw new Error('php ended');
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const running = resources.move();
  return { url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
