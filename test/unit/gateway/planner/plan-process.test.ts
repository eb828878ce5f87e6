/** How the planner's process ends: with whoever asks it, and not before. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compose } from '../../../federation/support/subgraphs.ts';

const planProcess = fileURLToPath(new URL('../../../../gateway/planner/plan-process.ts', import.meta.url));
const sdl = compose({ one: { sdl: 'type Query { field: Int }' } });
const request = { supergraph: 'key', document: '{ field }', percentage: 0 };

/** As long as it is under way, `process.exit()` waits for it: some minutes. */
const endlessTask =
  'data:text/javascript,import { pbkdf2 } from "node:crypto"; pbkdf2("", "", 2 ** 30, 64, "sha512", () => undefined);';

test('it asks for a supergraph that it does not know, and signals to all of a group do not end it', async () => {
  const child = fork(planProcess, { env: {}, execArgv: [] });
  child.send({ id: 1, ...request });
  expect((await once(child, 'message'))[0]).toMatchObject({ id: 1, kind: 'unknown' });
  child.kill('SIGTERM');
  child.kill('SIGINT');
  child.send({ id: 2, sdl, ...request });
  expect((await once(child, 'message'))[0]).toEqual({ id: 2, kind: 'read' });
  expect((await once(child, 'message'))[0]).toMatchObject({ id: 2, kind: 'planned' });
  child.disconnect();
  await once(child, 'exit');
}, 30_000);

test('it ends with whoever asks it, whatever is under way', async () => {
  const child = fork(planProcess, { env: {}, execArgv: ['--import', endlessTask] });
  child.send({ id: 1, sdl, ...request });
  await once(child, 'message');
  child.disconnect();
  await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
}, 30_000);
