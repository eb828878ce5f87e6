/** `SEED=7 npx vitest run` with this file loses the answers of seed 7 again. The seed of each run is printed. */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { expect, test } from 'vitest';
import type { Seed } from '../../../simulators/index.ts';
import { randomFrom, seed } from '../../support/random.ts';
import { sample } from '../../support/sample.ts';
import type { Watch } from './harness/call-points.ts';
import { findingsOf } from './harness/findings.ts';
import { type SimulatedFixture, startFixture } from './harness/fixture.ts';
import { callsOf, loseAnswer, lostAnswersOf, skipOnceOver } from './harness/lost-answers.ts';
import { pauseAt } from './harness/pause-at-point.ts';
import { nameOf } from './harness/recording.ts';
import { openSuccessor, SkippedTime } from './harness/successor.ts';
import { openSystem, settledAnswer, watchNothing } from './harness/system.ts';
import { patientTimes, shortTimes, wakingTimes } from './harness/times.ts';
import { waitForAll } from './harness/wait-for-all.ts';
import { type Scenario, scenarioOf } from './scenarios/scenarios.ts';

process.stdout.write(`moving holds: SEED=${seed}\n`);
/**
 * At most 16 fixtures run at once. They mostly wait, but with many more, calls take longer than `shortTimes` allows.
 */
const fixtures = new PQueue({ concurrency: 16 });

const [oldCard, newCard, titleNumber] = ['21852000000157', '21852000000264', 'B0000010'] as const;
const queued: Seed['holds'][number] = {
  holdNo: 'H0000003',
  cardNo: oldCard,
  bibNo: titleNumber,
  pickupBranch: 'STCL',
  state: 'Q',
  queuePos: 1,
  placedAt: '20261120120000',
  readyUntil: '',
  ref: '',
};

/** A library card with a queued hold is replaced. */
const replacing: Scenario = {
  ...scenarioOf('replaceCredential: library card'),
  beside: { holds: [queued] },
};
/** The scenario `replacing`, in the subgraph that moves the hold. */
const moving: Scenario = { ...replacing, subgraph: 'circulation' };

/** The cards of the queued and ready holds on the title. */
const reserved = ({ store }: SimulatedFixture): string[] =>
  store.circ.holds
    .by('bibNo', titleNumber)
    .filter(({ state }) => state === 'Q' || state === 'R')
    .map(({ cardNo }) => cardNo);

function unsettledIn({ path }: SimulatedFixture): number {
  using database = new DatabaseSync(path, { timeout: 5_000 });
  const row = database.prepare("select count(*) as count from operations where state = 'UNSETTLED'").get();
  return Number(row?.count);
}

/** Replaces the card. The hold is not moved yet. */
async function replace(fixture: SimulatedFixture): Promise<void> {
  const { legacy, path, log } = fixture;
  const options = { legacy, journal: { path }, times: patientTimes, log, settles: false };
  await using system = await openSystem(replacing, options);
  expect((await system.ask()).payload.operation.state).toBe('DONE');
  expect(reserved(fixture)).toEqual([oldCard]);
}

/**
 * The number of tries, enough for a busy machine. A late reconciliation delays the next by a quarter of the operation's
 * age.
 */
const maxTries = 600;

/** Calls `wait` until no operation is unsettled. */
async function untilSettled(fixture: SimulatedFixture, wait = async () => {}): Promise<void> {
  for (let tries = 0; unsettledIn(fixture) > 0; tries += 1) {
    if (tries === maxTries) {
      throw new Error(`operations are still unsettled: ${fixture.lines.join('\n')}`);
    }
    await wait();
    await sleep(250);
  }
}

/** The points of a run that moves the hold without faults. */
async function pointsOfMoving(): Promise<readonly { readonly number: number; readonly name: string }[]> {
  await using fixture = await startFixture(moving, patientTimes);
  await replace(fixture);
  const points: { number: number; name: string }[] = [];
  const skipped = new SkippedTime();
  const watch: Watch = async (point) => {
    points.push({ number: points.length + 1, name: nameOf(point) });
  };
  await using _ = await fixture.open(skipped.options({ watch, watchJournal: watchNothing }));
  await untilSettled(fixture, skipped.skip);
  expect(reserved(fixture)).toEqual([newCard]);
  return points;
}

test.concurrent('R25: further holds wait for the place of a move that was refused', {
  timeout: 240_000,
}, async () => {
  const titles = ['01', '02', '03', '04', '05', '06', '07', '09', '10'].map((digits) => `B00000${digits}`);
  const own = titles.map((bibNo, n) => ({ ...queued, holdNo: `H000010${n}`, bibNo }));
  const behind = {
    ...queued,
    holdNo: 'H0000110',
    bibNo: titles[0] ?? '',
    cardNo: '21852000000066',
    queuePos: 2,
  };
  await using fixture = await startFixture({ ...moving, beside: { holds: [...own, behind] } }, patientTimes);
  const queuedOn = (card: string) =>
    fixture.store.circ.holds.by('cardNo', card).filter(({ state }) => state === 'Q');
  const { legacy, path, log } = fixture;
  {
    const options = { legacy, journal: { path }, times: patientTimes, log, settles: false };
    await using system = await openSystem(replacing, options);
    expect((await system.ask()).payload.operation.state).toBe('DONE');
  }
  const skipped = new SkippedTime();
  await using _ = await fixture.open(skipped.options());
  // The refusal of a move becomes certain after 31 s. If the other moves did not wait for its place, all their
  // attempts would be over by then.
  await untilSettled(fixture, () => skipped.skip(1_000));
  expect(queuedOn(oldCard)).toHaveLength(1);
  expect(queuedOn(newCard)).toHaveLength(8);
});

test.concurrent('R25: a process that pauses at any point while it moves a hold neither loses nor doubles it, also when it resumes', {
  timeout: 240_000,
}, async () => {
  const points = sample('points at which moving a hold stops', await pointsOfMoving(), {
    each: 1,
    kindsOf: ({ name }) => [name],
  });
  const stopAt = async ({ number, name }: (typeof points)[number]) => {
    await using fixture = await startFixture(moving, wakingTimes);
    await replace(fixture);
    const pause = pauseAt(number);
    await using first = await fixture.open(pause);
    await pause.paused;
    // The journal's clock is put forward, but the paused process's clock is not. The time to send must be over by its
    // clock, too.
    await sleep(wakingTimes.sendWithinMs);
    const skipped = new SkippedTime();
    await using successor = await openSuccessor(fixture, skipped);
    await untilSettled(fixture, skipped.skip);
    expect(reserved(fixture), `stopped at ${number}, ${name}`).toEqual([newCard]);
    pause.resume();
    await first[Symbol.asyncDispose]();
    await successor[Symbol.asyncDispose]();
    expect(reserved(fixture), `gone on from ${number}, ${name}`).toEqual([newCard]);
    expect(await findingsOf(fixture), `gone on from ${number}, ${name}`).toEqual([]);
    expect(fixture.lines.join('\n')).not.toContain('ALARM');
  };
  await waitForAll(points.map((point) => fixtures.add(() => stopAt(point))));
});

test.concurrent('R25: a lost answer while a hold is moved neither loses nor doubles the hold', {
  timeout: 240_000,
}, async () => {
  const calls = async () => {
    await using fixture = await startFixture(moving, patientTimes);
    await replace(fixture);
    const { legacy } = fixture;
    for (const system of [legacy.prs, legacy.cms, legacy.circ]) {
      system.resetCalls();
    }
    const skipped = new SkippedTime();
    await using _ = await fixture.open(skipped.options());
    await untilSettled(fixture, skipped.skip);
    return callsOf(legacy);
  };
  const random = randomFrom(seed);
  const cases = (await calls()).flatMap((call) => lostAnswersOf(call, random).map((one) => ({ call, one })));
  const silent = sample('a call without an answer while a hold is moved', cases, {
    each: 1,
    kindsOf: ({ call: { operation }, one: { isApplied } }) => [`${operation}, applied: ${isApplied}`],
  });
  await waitForAll(
    silent.map(({ call, one }) =>
      fixtures.add(async () => {
        await using fixture = await startFixture(moving, shortTimes);
        await replace(fixture);
        const { legacy, times } = fixture;
        loseAnswer(legacy, call, one);
        const skipped = new SkippedTime();
        await using system = await fixture.open(skipped.options());
        await untilSettled(fixture, skipOnceOver(skipped, legacy, call, times));
        await system[Symbol.asyncDispose]();
        const name = `${call.operation} ${call.nth} ${one.fault.kind}${one.isApplied ? ' (applied)' : ''}`;
        expect(reserved(fixture), name).toEqual([newCard]);
        expect(await findingsOf(fixture), name).toEqual([]);
        expect(fixture.lines.join('\n')).not.toContain('ALARM');
      }),
    ),
  );
});

test.concurrent('R25: a hold is moved after a half-done replacement was reconciled', {
  timeout: 240_000,
}, async () => {
  await using fixture = await startFixture(replacing, shortTimes);
  const { legacy, times } = fixture;
  const skipped = new SkippedTime();
  const registering = { system: 'circ', operation: 'RegisterCard', nth: 1 } as const;
  loseAnswer(legacy, registering, { isApplied: true, fault: { kind: 'reset-after' } });
  const wait = skipOnceOver(skipped, legacy, registering, times);
  await using cards = await fixture.open(skipped.options());
  await using _ = await fixture.open(skipped.options(), moving);
  await cards.ask();
  expect((await settledAnswer(cards, wait)).operation.state).toBe('DONE');
  await untilSettled(fixture, wait);
  expect(reserved(fixture)).toEqual([newCard]);
});
