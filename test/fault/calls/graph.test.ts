import { beforeAll, describe, expect, test } from 'vitest';
import type { UpstreamReason } from '../../../adapters/soap/port.ts';
import { coreSystemIds } from '../../../platform/systems.ts';
import { FAULT_KINDS, type FaultKind, type SystemName } from '../../../simulators/index.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';
import { systemForTests } from '../../system/system-for-tests.ts';
import { endsByDeadline, faultOf, hasFault, reasonFor } from './expected-reasons.ts';

/** The error code that clients get for each reason. */
const CODES = {
  timeout: 'UPSTREAM_TIMEOUT',
  unreachable: 'UPSTREAM_UNAVAILABLE',
  overloaded: 'UPSTREAM_OVERLOADED',
  busy: 'UPSTREAM_UNAVAILABLE',
  'invalid-response': 'UPSTREAM_INVALID_RESPONSE',
  unauthorized: 'UPSTREAM_UNAVAILABLE',
  rejected: 'UPSTREAM_REJECTED',
  cancelled: 'UPSTREAM_CANCELLED',
} as const satisfies Partial<Record<UpstreamReason, string>>;

const codeOf = (reason: UpstreamReason): string | undefined =>
  Object.entries(CODES).find(([name]) => name === reason)?.[1];

const query = `{ me {
  id
  name { english }
  cards: credentials { status }
  loans { totalCount }
} }`;
const whole = {
  id: 'P0000002',
  name: { english: 'LEE, SIU MING' },
  cards: [{ status: 'ACTIVE' }, { status: 'ACTIVE' }],
  loans: { totalCount: 5 },
};
/** For each system, the fields that are null if it fails. */
const WITHOUT = {
  prs: { name: null },
  // Circulation finds loans by card numbers, which come from card management.
  cms: { cards: null, loans: null },
  circ: { loans: null },
} as const satisfies Record<SystemName, Partial<Record<keyof typeof whole, null>>>;

const cases = FAULT_KINDS.flatMap((kind) =>
  coreSystemIds.filter((name) => hasFault(name, kind)).map((name): [FaultKind, SystemName] => [kind, name]),
);

/**
 * Expects null and the error code for the fields of the faulty system, and data for all others. After the fault,
 * expects all data.
 */
async function expectPartial(system: RunningSystem, name: SystemName, kind: FaultKind): Promise<void> {
  const token = await system.token({ patronId: 'P0000002' });
  system.legacy[name].faults.set([faultOf(kind)]);
  const { status, body } = await system.ask(query, { token });
  system.legacy[name].faults.clear();
  expect(status).toBe(200);
  expect(body.data).toEqual({ me: { ...whole, ...WITHOUT[name] } });
  const paths = Object.keys(WITHOUT[name]).map((field) => ['me', field]);
  expect(body.errors?.map(({ path }) => path).sort()).toEqual(paths.sort());
  const codes = new Set(body.errors?.map(({ extensions }) => extensions.code));
  expect(codes).toEqual(new Set([codeOf(reasonFor(name, kind))]));
  expect((await system.ask(query, { token })).body).toEqual({ data: { me: whole } });
}

describe('fields that need the faulty system are null with the reason, and all others are answered', () => {
  const system = systemForTests();
  beforeAll(async () => {
    const token = await system.token({ patronId: 'P0000002' });
    expect((await system.ask(query, { token })).body).toEqual({ data: { me: whole } });
  });

  test.each(cases.filter(([kind]) => !endsByDeadline(kind)))('%s: %s', async (kind, name) => {
    await expectPartial(system, name, kind);
  });
});

// Each test waits for a deadline of five seconds, so the tests run concurrently, each with its own system.
describe.concurrent('the same for faults that only the deadline ends', () => {
  test.each(cases.filter(([kind]) => endsByDeadline(kind)))('%s: %s', async (kind, name) => {
    await using own = await startSystem();
    await expectPartial(own, name, kind);
  });
});
