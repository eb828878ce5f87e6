import { describe, expect, test, vi } from 'vitest';
import { coreSystemIds } from '../../../platform/systems.ts';
import { Sessions } from '../../../simulators/circ/sessions.ts';
import { DEFAULT_CREDENTIALS, FAULT_KINDS, type FaultKind } from '../../../simulators/index.ts';
import { indiscretion, leaksIn, MARKS } from '../../support/marked-secrets.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';
import { systemForTests } from '../../system/system-for-tests.ts';
import { endsByDeadline, faultOf, hasFault } from '../calls/expected-reasons.ts';

const opened = vi.spyOn(Sessions.prototype, 'open');
const passwords = [DEFAULT_CREDENTIALS.cms.password, ...Object.values(DEFAULT_CREDENTIALS.circ)];

const query = `query ($identity: String!, $name: String!, $card: ID!, $patron: ID!, $title: String!) {
  patron(id: $patron) { name { english } }
  patrons(search: { name: $name }) { totalCount }
  credential(libraryCardNumber: $card) { status }
  smartId(presented: { identityNumber: $identity, dateOfIssue: "2020-01-31" }) { status }
  items(title: $title) { title }
}`;
const variables = {
  identity: MARKS.identityNumber,
  name: MARKS.name,
  card: MARKS.cardNumber,
  patron: MARKS.patronNumber,
  title: MARKS.title,
};

/** Injects the fault into every system, and searches the answers and the log for secrets. */
async function expectDiscreet(system: RunningSystem, kind: FaultKind): Promise<void> {
  const token = await system.token({ scope: 'patrons:read credentials:read' });
  for (const name of coreSystemIds) {
    if (hasFault(name, kind)) {
      system.legacy[name].faults.set([{ ...faultOf(kind), text: indiscretion }]);
    }
  }
  const { body } = await system.ask(query, { token, variables });
  expect(body.errors?.length).toBeGreaterThanOrEqual(kind === 'expired-session' ? 1 : 4);
  expect(system.legacy.circ.faults.status.faults[0]?.hits).toBeGreaterThan(0);
  for (const name of coreSystemIds) {
    system.legacy[name].faults.clear();
  }
  const ready = await (await fetch(`${system.url}/health/ready`)).text();
  const secrets = [...passwords, token, ...opened.mock.results.map(({ value }) => String(value))];
  expect(leaksIn(JSON.stringify(body), secrets)).toEqual([]);
  expect(leaksIn(ready, secrets)).toEqual([]);
  expect(system.log.length).toBeGreaterThan(0);
  expect(leaksIn(system.log.join('\n'), secrets)).toEqual([]);
  // This success keeps the circuit breakers closed.
  expect((await system.ask(query, { token, variables })).body.errors).toBeUndefined();
}

describe('no answer and no log line has a secret, envelope, code or text of a vendor', () => {
  const system = systemForTests();

  test.each(FAULT_KINDS.filter((kind) => !endsByDeadline(kind)))('%s', async (kind) => {
    await expectDiscreet(system, kind);
  });
});

describe.concurrent('the same for faults that only the deadline ends', () => {
  test.each(FAULT_KINDS.filter(endsByDeadline))('%s', async (kind) => {
    await using own = await startSystem();
    await expectDiscreet(own, kind);
  });
});
