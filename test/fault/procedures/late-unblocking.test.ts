import { expect, test } from 'vitest';
import { findingsOf } from './harness/findings.ts';
import { startFixture } from './harness/fixture.ts';
import { loseAnswer, skipOnceOver } from './harness/lost-answers.ts';
import { SkippedTime } from './harness/successor.ts';
import { settledAnswer } from './harness/system.ts';
import { shortTimes } from './harness/times.ts';
import { scenarioOf } from './scenarios/scenarios.ts';

const replacement = scenarioOf('replaceCredential: smart card');
const lost = scenarioOf('reportLoss: smart card, to continue');

/** The replaced card is lost again. */
const lostAgain = {
  ...lost,
  caller: replacement.caller,
  input: {
    ...lost.input,
    reference: 'reference-2',
    libraryCardNumber: replacement.input.libraryCardNumber,
  },
};

/** The outcomes of an unblocking whose answer is lost. */
const silences = [
  { name: 'done late', isApplied: true, fault: { kind: 'delay', delayMs: 1_000 } },
  { name: 'done at once', isApplied: true, fault: { kind: 'hang', applied: true } },
  { name: 'never done', isApplied: false, fault: { kind: 'hang' } },
] as const;

test.concurrent.each(silences)(
  'R17, R18: a card that is lost again stays blocked after an unanswered unblocking that was $name',
  { timeout: 240_000 },
  async ({ isApplied, fault }) => {
    await using fixture = await startFixture(replacement, shortTimes);
    const { legacy, times, store } = fixture;
    const skipped = new SkippedTime();
    await using replacing = await fixture.open(skipped.options());
    await using losing = await fixture.open(skipped.options(), lostAgain);
    const unblocking = { system: 'circ', operation: 'UnblockCard', nth: 1 } as const;
    loseAnswer(legacy, unblocking, { isApplied, fault });
    const wait = skipOnceOver(skipped, legacy, unblocking, times);
    expect((await replacing.ask()).payload.operation.state).toBe('UNSETTLED');

    // No other operation may change the card until the unblocking can no longer happen.
    const tooEarly = await losing.ask({ reference: 'too early' });
    expect(tooEarly.payload.problems.map(({ code }) => code)).toEqual(['ANOTHER_OPERATION_OPEN']);

    expect((await settledAnswer(replacing, wait)).operation.state).toBe('DONE');
    expect(store.circ.blockedCards).not.toContain(lostAgain.input.libraryCardNumber);
    expect((await settledAnswer(losing, wait)).operation.state).toBe('DONE');
    expect(store.circ.blockedCards).toContain(lostAgain.input.libraryCardNumber);
    expect(await findingsOf(fixture)).toEqual([]);
  },
);
