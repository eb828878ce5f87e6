import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UpstreamReason } from '../../../adapters/soap/port.ts';
import { FAULT_KINDS, type FaultKind, type SystemName } from '../../../simulators/index.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';
import { faultOf, hasFault, isEndless, reasonFor } from './expected-reasons.ts';

/** What the graph's clients are told. */
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
/** What each system's fields are without it. */
const WITHOUT = {
  prs: { name: null },
  // Loans stand under cards' numbers.
  cms: { cards: null, loans: null },
  circ: { loans: null },
} as const satisfies Record<SystemName, Partial<Record<keyof typeof whole, null>>>;

const SYSTEMS = ['prs', 'cms', 'circ'] as const satisfies SystemName[];
const cases = FAULT_KINDS.flatMap((kind) =>
  SYSTEMS.filter((name) => hasFault(name, kind)).map((name): [FaultKind, SystemName] => [kind, name]),
);

/** The fault's fields are null by its reason, the rest is answered; and all is when it is over. */
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

describe('through the graph, what needs the faulty system is null with its reason, and the rest is answered', () => {
  let system: RunningSystem;
  beforeAll(async () => {
    system = await startSystem();
    const token = await system.token({ patronId: 'P0000002' });
    expect((await system.ask(query, { token })).body).toEqual({ data: { me: whole } });
  });
  afterAll(() => system[Symbol.asyncDispose]());

  test.each(cases.filter(([kind]) => !isEndless(kind)))('%s: %s', async (kind, name) => {
    await expectPartial(system, name, kind);
  });
});

// Each takes a deadline of five seconds, so that each has a system of its own, side by side.
describe.concurrent('the same where only the deadline ends it', () => {
  test.each(cases.filter(([kind]) => isEndless(kind)))('%s: %s', async (kind, name) => {
    await using own = await startSystem();
    await expectPartial(own, name, kind);
  });
});
