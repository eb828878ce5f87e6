/** A system that was added is an entry in `platform/systems.ts` and its own folders. Everything else reads the entry. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contractOf, moduleOf } from '../../../adapters/soap/contract/generate.ts';
import { coreSystems, type SystemEntry, systems } from '../../../platform/systems.ts';
import { startSimulators } from '../../../simulators/index.ts';
import { askGraph } from '../../support/graph/ask-graph.ts';
import { freePort, freePorts, type RunningProcess, run } from '../../support/processes.ts';
import { legacyEnv } from '../../support/services/environment.ts';
import { copySources } from '../../support/services/source-tree.ts';
import { roomsEntry, roomsFiles } from './rooms.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());

/** A copy of the program with the made-up system. */
let folder: string;

/** Adds the system as an engineer would: the entry, the folders, and what the commands generate. */
beforeAll(async () => {
  ({ folder } = resources.use(await copySources('added-system')));
  const registry = join(folder, 'platform/systems.ts');
  const source = await readFile(registry, 'utf8');
  const list = /(?<=export const addedSystems = \[)(?=[\s\S]*?\] as const)/;
  expect(source).toMatch(list);
  await writeFile(registry, source.replace(list, `${JSON.stringify(roomsEntry)},`));
  for (const [path, content] of roomsFiles) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const { wsdl, ...options } = contractOf(roomsEntry);
  const contract = await moduleOf(pathToFileURL(join(folder, 'adapters', wsdl)), options);
  await writeFile(join(folder, 'adapters/bookings/contract.generated.ts'), contract);
  for (const command of ['schema/compose.ts', 'schema/audience-schemas.ts']) {
    await using composed = run(command, {}, [], folder);
    expect(await composed.exit, composed.output.stderr).toBe(0);
  }
}, 120_000);

/** Starts `npm start` in the copy. */
async function start(env: NodeJS.ProcessEnv, stack: AsyncDisposableStack) {
  const data = { DATA_DIR: join(folder, `.data-${await freePort()}`), LOG_LEVEL: 'warn' };
  const started: RunningProcess = stack.use(
    run('embedded/main.ts', { ...freePorts, ...data, ...env }, [], folder),
  );
  const [, origin = ''] = await started.says(/GraphQL +(\S+)\/graphql/);
  const [, token = ''] = await started.says(/Bearer (\S+)'/);
  return { started, origin, token };
}

const healthAt = async (origin: string): Promise<unknown> =>
  (await fetch(`${origin}/health/dependencies`)).json();

const healthOf = (running: readonly SystemEntry[]) => ({
  journal: 'up',
  ...Object.fromEntries(running.map(({ name }) => [name, 'up'])),
});

const question = '{ me { id bookedRooms } }';

test('it has a simulator, fields, a health check and metrics', { timeout: 120_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const metricsPort = await freePort();
  const { started, origin, token } = await start({ METRICS_PORT: String(metricsPort) }, stack);
  expect(started.output.stdout).toMatch(/^Simulator +http:\S+\/rooms \(room bookings\)$/m);
  expect(await askGraph(origin, question, { token })).toEqual({
    data: { me: { id: 'P0000001', bookedRooms: ['Reading room 3'] } },
  });
  await expect
    .poll(() => healthAt(origin), { timeout: 30_000 })
    .toEqual({ dependencies: { ...healthOf(systems), 'room bookings': 'up' } });
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  expect(metrics).toMatch(
    /^patron_graph_legacy_calls_total\{system="room bookings",operation="GetBookings",call_class="reader",outcome="answered"\} 1$/m,
  );
  expect(metrics).toMatch(/^patron_graph_legacy_connections_limit\{system="room bookings"\} 2$/m);
});

test('without its address the graph runs, and has none of its fields', { timeout: 120_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const legacy = stack.use(await startSimulators());
  const allowed = { ALLOW_DEVELOPMENT_ISSUER: '1', ALLOW_SIMULATOR_TIMES: '1' };
  const { origin, token } = await start({ ...legacyEnv(legacy), ...allowed }, stack);
  const answer = await askGraph(origin, question, { token });
  expect(answer.errors?.[0]?.message).toMatch(/^Cannot query field "bookedRooms"/);
  expect(await askGraph(origin, '{ me { id } }', { token })).toEqual({ data: { me: { id: 'P0000001' } } });
  await expect
    .poll(() => healthAt(origin), { timeout: 30_000 })
    .toEqual({ dependencies: healthOf(coreSystems) });
});

test('its own process names the settings that are missing', { timeout: 60_000 }, async () => {
  const secret = { SUBGRAPH_SECRET: 's'.repeat(32), PORT: '0' };
  await using process = run('subgraphs/bookings/main.ts', secret, [], folder);
  expect(await process.exit).toBe(1);
  expect(process.output.stderr).toContain('ROOMS_URL is wanted: where the room booking system is.');
});
