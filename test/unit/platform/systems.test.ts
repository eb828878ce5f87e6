import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readGatewayConfig } from '../../../gateway/config.ts';
import { rankOf } from '../../../platform/priority/call-classes.ts';
import { type SystemEntry, systems } from '../../../platform/systems.ts';
import { readConfig } from '../../../simulators/config.ts';
import {
  legacyVariables,
  readLegacyConfig,
  settingsIn,
} from '../../../subgraphs/runtime/environment/legacy-systems.ts';
import { roomsEntry } from '../../system/registry/rooms.ts';

const root = join(import.meta.dirname, '../../..');

/** The registry with the made-up system, which must pass like ours. */
const entries: readonly SystemEntry[] = [...systems, roomsEntry];

test.each<[string, (entry: SystemEntry) => unknown]>([
  ['id', ({ id }) => id],
  ['name', ({ name }) => name],
  ['adapter', ({ adapter }) => adapter],
  ['subgraph', ({ subgraph }) => subgraph.name],
  ['port of the subgraph', ({ subgraph }) => subgraph.port],
  ['port of the simulator', ({ simulator }) => simulator.port],
  ['path of the simulator', ({ simulator }) => simulator.path],
])('no two systems have the same %s', (_, of) => {
  const all = entries.map(of);
  expect(new Set(all).size).toBe(all.length);
});

test.each(entries)(
  'the names of $id can be variables, folders and SDLs',
  ({ id, adapter, subgraph, simulator }) => {
    expect(id).toMatch(/^[a-z][a-z0-9]*$/);
    expect(adapter).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(subgraph.name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(simulator.path).toBe(`/${id}`);
  },
);

test.each(entries)('the classes of the calls to $id are in order', ({ callClasses }) => {
  expect(callClasses.toSorted((one, other) => rankOf[one] - rankOf[other])).toEqual(callClasses);
});

test.each(systems)('the folders of $id exist', ({ id, adapter, contract, subgraph }) => {
  const files = [
    `adapters/${adapter}/${contract.wsdl}`,
    `adapters/${adapter}/port.ts`,
    `adapters/${adapter}/soap.ts`,
    `schema/${subgraph.name}.graphql`,
    `subgraphs/${subgraph.name}/main.ts`,
    `simulators/${id}`,
  ];
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

describe('the settings of an added system', () => {
  const rooms = { ROOMS_URL: 'https://rooms.example/soap', ROOMS_USER: 'gateway', ROOMS_PASSWORD: 'p' };

  test('are its address, login, limits and TLS', () => {
    const config = readLegacyConfig({ ...rooms, LEGACY_LIMITS: 'deadlineMs=2000', ROOMS_TLS_DIR: '/rooms' }, [
      roomsEntry,
    ]);
    expect(settingsIn(config, roomsEntry)).toEqual({
      url: new URL(rooms.ROOMS_URL),
      user: 'gateway',
      password: 'p',
      // The registry has another number of connections than the adapters.
      limits: { deadlineMs: 2_000, connections: 2 },
      tls: expect.objectContaining({ ca: expect.objectContaining({ path: '/rooms/ca.crt' }) }),
    });
    expect(settingsIn(readLegacyConfig({}, [roomsEntry]), roomsEntry)).toBeNull();
  });

  test.each<[string, NodeJS.ProcessEnv]>([
    ['ROOMS_URL', { ROOMS_URL: 'ftp://rooms' }],
    ['ROOMS_USER', { ...rooms, ROOMS_USER: '' }],
    ['ROOMS_PASSWORD', { ROOMS_URL: rooms.ROOMS_URL, ROOMS_USER: 'gateway' }],
    ['ROOMS_CONNECTIONS', { ROOMS_CONNECTIONS: '0' }],
    ['ROOMS_URL', { ...rooms, ROOMS_URL: 'http://rooms.example', ROOMS_TLS_DIR: '/rooms' }],
  ])('are refused by name: %s', (name, env) => {
    expect(() => readLegacyConfig(env, [roomsEntry])).toThrow(name);
    expect(() => readLegacyConfig(env, [])).not.toThrow();
  });

  test('are among the variables that a process knows', () => {
    const known = legacyVariables([roomsEntry]);
    expect(known).toEqual(
      expect.arrayContaining(['ROOMS_URL', 'SECRETS_DIR', 'ROOMS_CONNECTIONS', 'ROOMS_TLS_DIR']),
    );
  });

  test('tell the gateway where its subgraph is', () => {
    const env = { BOOKINGS_URL: 'http://127.0.0.1:4014', SUBGRAPH_SECRET: 's'.repeat(32) };
    expect(readGatewayConfig(env, entries).subgraphs.get('bookings')).toEqual(new URL(env.BOOKINGS_URL));
    expect(() => readGatewayConfig({ BOOKINGS_URL: env.BOOKINGS_URL }, entries)).toThrow('SUBGRAPH_SECRET');
  });

  test('tell its simulator the port and the login', () => {
    const { ports, credentials } = readConfig({ ROOMS_PASSWORD: 'other' }, entries);
    expect(ports).toMatchObject({ rooms: 8114, circ: 8103 });
    expect(credentials).toMatchObject({ rooms: { user: 'rooms-user', password: 'other' } });
    expect(Object.keys(credentials)).not.toContain('prs');
  });
});
