import { describe, expect, test } from 'vitest';
import type { SystemName } from '../../../simulators/index.ts';
import type { Store } from '../../../simulators/tables/store.ts';
import type { Point } from './harness/call-points.ts';
import { startFixture } from './harness/fixture.ts';
import { type Payload, settledAnswer } from './harness/system.ts';
import { patientTimes } from './harness/times.ts';
import {
  addsIdentityNumber,
  amends,
  countersCard,
  decides,
  deliversAmendmentTwice,
  endsLibraryCard,
  issuesLibraryCard,
  issuesSmartId,
  registers,
} from './scenarios/counter.ts';
import { type Scenario, scenarioOf, stranger } from './scenarios/scenarios.ts';

/** A counter's action at a point of an operation, and how the operation ends. */
interface Interference {
  readonly name: string;
  readonly scenario: string;
  readonly at: Point;
  readonly does: (store: Store) => void;
  /** A request that is lost once, before the counter acts. */
  readonly lost?: { readonly system: SystemName; readonly operation: string };
  readonly state: Payload['operation']['state'];
  readonly problems: readonly string[];
  /** All changes in the systems' records, including the counter's. */
  readonly changes: readonly string[];
}

const before = (call: string): Point => ({ call, at: 'before' });
const after = (call: string): Point => ({ call, at: 'answered' });
const failing = (call: string): Point => ({ call, at: 'failed' });
const approvingStranger = 'approveApplication: a stranger';
const approvingPatron = 'decideApplication: a registered patron';
const approvingGrown = "approveApplication: the registry gets a patron's identity card";
const scenarioChanges = (name: string) => scenarioOf(name).changes;

const registered = 'new patron P0000019: TAM, YAT SUM P0000019 A';
/**
 * The changes of an operation whose application is withdrawn meanwhile. They include the operation's compensation, but
 * not the changes of the application.
 */
const takenBack = scenarioChanges('approveApplication: withdrawn meanwhile').filter(
  (line) => !line.startsWith('application'),
);

const interferences: readonly Interference[] = [
  {
    name: 'approves for the patron whom the operation registered lets the operation be done',
    scenario: approvingStranger,
    at: before('cards.decideApplication'),
    does: decides('A0000003', 'APR', 'P0000019'),
    state: 'DONE',
    problems: [],
    changes: scenarioChanges(approvingStranger).filter((line) => !/decided(?:At|By)/.test(line)),
  },
  {
    name: 'approves for another patron makes the operation close and block the issued cards',
    scenario: approvingStranger,
    at: before('cards.decideApplication'),
    does: decides('A0000003', 'APR', 'P0000004'),
    state: 'PARTLY_DONE',
    problems: ['WRONG_STATE', 'REGISTERED_WITHOUT_CARD'],
    changes: [
      'application A0000003: patronNo "P0000004"',
      'application A0000003: status "APR"',
      ...takenBack,
    ],
  },
  {
    name: 'rejects makes the operation close and block the issued cards',
    scenario: approvingStranger,
    at: before('cards.decideApplication'),
    does: decides('A0000003', 'REJ', null),
    state: 'PARTLY_DONE',
    problems: ['WRONG_STATE', 'REGISTERED_WITHOUT_CARD'],
    changes: ['application A0000003: status "REJ"', ...takenBack],
  },
  {
    name: 'approves what the operation rejects has the operation refused',
    scenario: 'rejectApplication',
    at: before('cards.decideApplication'),
    does: decides('A0000001', 'APR', null),
    state: 'REFUSED',
    problems: ['WRONG_STATE'],
    changes: ['application A0000001: status "APR"'],
  },
  {
    name: 'issues the same kind of card keeps the operation from issuing a second one',
    scenario: approvingPatron,
    at: before('cards.issueCard'),
    does: issuesSmartId('P0000004'),
    state: 'REFUSED',
    problems: ['ALREADY_HELD'],
    changes: [`known ${countersCard}`, `new card ${countersCard}: ${countersCard} SC P0000004 ACT`],
  },
  {
    name: 'issues one of two kinds of card makes the operation close the other',
    scenario: approvingStranger,
    at: after('cards.issueCard'),
    does: issuesLibraryCard('P0000019'),
    state: 'PARTLY_DONE',
    problems: ['ALREADY_HELD', 'REGISTERED_WITHOUT_CARD'],
    changes: [
      `known ${countersCard}`,
      'new card 21852000000264: 21852000000264 SC P0000019 CAN',
      `new card ${countersCard}: ${countersCard} LC P0000019 ACT`,
      registered,
    ],
  },
  {
    name: 'registers the same person has that record used',
    scenario: approvingStranger,
    at: before('patrons.register'),
    does: registers(stranger.engName, stranger.hkid, '19900102'),
    state: 'DONE',
    problems: [],
    changes: scenarioChanges(approvingStranger).map((line) =>
      line === registered
        ? 'new patron P0009999: TAM, YAT SUM P0009999 A'
        : line.replace('P0000019', 'P0009999'),
    ),
  },
  {
    name: 'registers another person with that document has the application refused',
    scenario: approvingStranger,
    at: before('patrons.register'),
    does: registers('TAM, YEE SUM', stranger.hkid, '19900102'),
    state: 'REFUSED',
    problems: ['ALREADY_REGISTERED'],
    changes: ['new patron P0009999: TAM, YEE SUM P0009999 A'],
  },
  {
    name: 'registers another person with that document while our registration is unanswered has the application refused',
    scenario: approvingStranger,
    lost: { system: 'prs', operation: 'RegisterPatron' },
    at: failing('patrons.register'),
    does: registers('TAM, YEE SUM', stranger.hkid, '19900102'),
    state: 'REFUSED',
    problems: ['ALREADY_REGISTERED'],
    changes: ['new patron P0009999: TAM, YEE SUM P0009999 A'],
  },
  {
    name: 'registers another person with the identity number that a record should get has nothing issued (R7)',
    scenario: approvingGrown,
    at: before('patrons.addIdentityNumber'),
    does: registers('TAM, YEE SUM', stranger.hkid, '19900102'),
    state: 'REFUSED',
    problems: ['ALREADY_REGISTERED'],
    changes: ['new patron P0009999: TAM, YEE SUM P0009999 A'],
  },
  {
    name: 'writes another identity number into the record keeps that number (R7)',
    scenario: approvingGrown,
    at: before('patrons.addIdentityNumber'),
    does: addsIdentityNumber('P0000019', 'Z683365(A)'),
    state: 'REFUSED',
    problems: ['IDENTITY_MISMATCH'],
    changes: ['patron P0000019: hkid "Z683365(A)"', 'patron P0000019: lastUpd'],
  },
  {
    name: 'writes the same identity number into the record lets the operation be done',
    scenario: approvingGrown,
    at: before('patrons.addIdentityNumber'),
    does: addsIdentityNumber('P0000019', stranger.hkid),
    state: 'DONE',
    problems: [],
    changes: scenarioChanges(approvingGrown),
  },
  {
    name: 'is a proxy that delivers our amendment twice and returns the refusal lets the operation be done',
    scenario: approvingGrown,
    at: before('patrons.addIdentityNumber'),
    does: deliversAmendmentTwice('P0000019', stranger.hkid),
    state: 'DONE',
    problems: [],
    changes: scenarioChanges(approvingGrown),
  },
  {
    name: 'withdraws the application after the record got its identity number has the card closed and the number kept',
    scenario: approvingGrown,
    at: before('cards.decideApplication'),
    does: decides('A0000004', 'WDN', null),
    state: 'PARTLY_DONE',
    problems: ['WRONG_STATE', 'REGISTERED_WITHOUT_CARD'],
    changes: [
      'application A0000004: status "WDN"',
      'blocked 21852000000264',
      'event BLK 21852000000264',
      'event REG 21852000000264',
      'known 21852000000264',
      'new card 21852000000264: 21852000000264 SC P0000019 CAN',
      `patron P0000019: hkid "${stranger.hkid}"`,
      'patron P0000019: lastUpd',
    ],
  },
  {
    name: 'amends the record while our amendment is unanswered keeps its amendment',
    scenario: 'amendContact',
    lost: { system: 'prs', operation: 'AmendPatron' },
    at: failing('patrons.amendContact'),
    does: amends('P0000002', '23334444'),
    state: 'REFUSED',
    problems: ['VERSION_CONFLICT'],
    changes: ['patron P0000002: lastUpd', 'patron P0000002: tel "23334444"'],
  },
  {
    name: 'amends the record keeps its amendment',
    scenario: 'amendContact',
    at: before('patrons.amendContact'),
    does: amends('P0000002', '23334444'),
    state: 'REFUSED',
    problems: ['VERSION_CONFLICT'],
    changes: ['patron P0000002: lastUpd', 'patron P0000002: tel "23334444"'],
  },
];

describe('a counter that', () => {
  for (const { name, scenario, state, problems, changes, ...doing } of interferences) {
    test.concurrent(name, { timeout: 60_000 }, async () => {
      const found = await runWithInterference(scenarioOf(scenario), [doing]);
      expect(found).toEqual({ state, problems, changes: [...changes].sort() });
    });
  }
});

test('a compensation that has begun is completed, whatever a counter does', async () => {
  const found = await runWithInterference(scenarioOf(approvingStranger), [
    { at: after('cards.issueCard'), does: issuesLibraryCard('P0000019') },
    {
      lost: { system: 'cms', operation: 'CloseCard' },
      at: failing('cards.closeCard'),
      does: endsLibraryCard('P0000019'),
    },
  ]);
  expect(found).toEqual({
    state: 'PARTLY_DONE',
    problems: ['ALREADY_HELD', 'REGISTERED_WITHOUT_CARD'],
    changes: [
      `known ${countersCard}`,
      'new card 21852000000264: 21852000000264 SC P0000019 CAN',
      `new card ${countersCard}: ${countersCard} LC P0000019 CAN`,
      registered,
    ],
  });
});

/** Runs the scenario. Each of `doings` happens once, when the run first reaches its point. */
async function runWithInterference(
  scenario: Scenario,
  doings: readonly Pick<Interference, 'at' | 'does' | 'lost'>[],
) {
  await using fixture = await startFixture(scenario, patientTimes);
  const { legacy, store, records } = fixture;
  for (const { lost } of doings) {
    if (lost !== undefined) {
      legacy[lost.system].faults.set([{ kind: 'reset-before', operations: [lost.operation], times: 1 }]);
    }
  }
  const open = new Set(doings);
  await using system = await fixture.open({
    async watch({ call, at }) {
      const due = doings.find((one) => open.has(one) && one.at.call === call && one.at.at === at);
      if (due === undefined) {
        return;
      }
      open.delete(due);
      due.does(store);
    },
  });
  const { operation, problems } = await settledAnswer(system);
  return { state: operation.state, problems: problems.map(({ code }) => code), changes: records.changes() };
}
