/** A long supergraph is built in a new process, which replaces the one that serves. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { maxCharactersWithoutRestart } from '../../../../gateway/from-file/hand-out.ts';
import { freePort, type RunningProcess, run } from '../../../support/processes.ts';
import { createWorld, type World } from './supergraph-fixture.ts';

const slowly = { timeout: 60_000, interval: 50 };
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

/** A comment that makes a supergraph too long to be built in place. */
const padding = `\n#${'x'.repeat(maxCharactersWithoutRestart)}`;

const resources = new AsyncDisposableStack();
let world: World;
let gateway: RunningProcess;
let url: string;
beforeAll(async () => {
  world = resources.use(await createWorld());
  await world.write(renamedTo('me0'));
  // With `0`, a worker that starts again would choose another port.
  const port = String(await freePort());
  gateway = resources.use(run('gateway/main.ts', {}, ['--supergraph', world.file, '--port', port]));
  [, url = ''] = await gateway.says(/GraphQL at (http:\/\/127\.0\.0\.1:\d+\/graphql)/);
});
afterAll(() => resources.disposeAsync());

/**
 * The supergraph with another name for `me`. The subgraph doesn't know this name, but the gateway accepts it only if it
 * uses this supergraph.
 */
const renamedTo = (name: string) =>
  world.supergraph((sdl) => sdl.replace('  me: User', `  ${name}: User`)) + padding;

interface Line {
  readonly msg?: string;
  readonly pid: number;
  readonly documents?: number;
}

const lines = (message: string): readonly Line[] =>
  gateway.output.stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
    .filter(({ msg = '' }) => msg.includes(message));
const tookOver = () => lines('took over, in new processes').length;
/** The process id of the worker that has started last. */
const workerPid = () => lines('starting').at(-1)?.pid ?? expect.fail('no worker');

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function ask(query: string): Promise<{ status: number; text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, text: await response.text() };
}

test('it takes over under load: no request is lost, and the gateway is always ready', async () => {
  const query = 'query Users { users(first: 2) { id name reviews(first: 1) { body } } }';
  const expected = await ask(query);
  expect(expected.status).toBe(200);
  const unlike = new Set<string>();
  let isRunning = true;
  let answered = 0;
  const lane = async () => {
    while (isRunning) {
      const answer = await ask(query);
      answered += 1;
      if (answer.status !== 200 || answer.text !== expected.text) {
        unlike.add(JSON.stringify(answer));
      }
      const ready = await fetch(new URL('/health/ready', url));
      if (ready.status !== 200) {
        unlike.add(`not ready: ${await ready.text()}`);
      }
    }
  };
  const lanes = Array.from({ length: 4 }, lane);
  for (const round of [1, 2]) {
    const before = workerPid();
    await world.write(renamedTo(`me${round}`));
    await expect.poll(tookOver, slowly).toBe(round);
    expect((await ask(`{ me${round} { name } }`)).text).toContain(`{"me${round}":null}`);
    expect(workerPid()).not.toBe(before);
    expect(isAlive(before)).toBe(false);
  }
  isRunning = false;
  await Promise.all(lanes);
  expect([...unlike]).toEqual([]);
  expect(answered).toBeGreaterThan(20);
});

test('it has planned the operations that its predecessor knew before it listens', () => {
  const prepared = lines('known operations were prepared');
  expect(prepared.at(-1)?.documents).toBeGreaterThanOrEqual(2);
});

test('one that can not be served is refused, with the reason, and the one before stays', async () => {
  await world.write(`type Query { me: Int } ${padding}`);
  await expect.poll(() => gateway.output.stderr, slowly).toMatch(/no join__Graph.*The one before stays/);
  expect((await ask('{ me2 { name } }')).text).toContain('{"me2":null}');
  expect(tookOver()).toBe(2);
});

test('a process that crashes starts again with the supergraph that was served, whatever the file says', async () => {
  process.kill(servingPid(), 'SIGKILL');
  await expect.poll(() => lines('a worker has ended').length, slowly).toBe(1);
  const again = async () => (await ask('{ me2 { name } }').catch(() => ({ text: '' }))).text;
  await expect.poll(again, slowly).toContain('{"me2":null}');
});

test('SIGTERM ends it with 0 while a new process starts', async () => {
  await world.write(renamedTo('me3'));
  const starts = lines('starting').length;
  await expect.poll(() => lines('starting').length, slowly).toBeGreaterThan(starts);
  gateway.child.kill('SIGTERM');
  expect(await gateway.exit).toBe(0);
});

/** The process id of the worker that serves. It is the latest one alive, because refused workers have ended. */
function servingPid(): number {
  const alive = lines('starting').filter(({ pid }) => pid !== gateway.child.pid && isAlive(pid));
  return alive.at(-1)?.pid ?? expect.fail('no worker serves');
}
