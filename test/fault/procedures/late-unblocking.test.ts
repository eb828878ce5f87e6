import { expect, test } from 'vitest';
import { startFixture } from './harness/fixture.ts';
import { openSystem, settledAnswer } from './harness/system.ts';
import { shortTimes } from './harness/times.ts';
import { scenarioOf } from './scenarios/scenarios.ts';

const replacement = scenarioOf('replaceCredential: smart card');
const lost = scenarioOf('reportLoss: smart card, to continue');

/** The replaced card is lost in its turn. */
const lostAgain = {
  ...lost,
  caller: replacement.caller,
  input: {
    ...lost.input,
    reference: 'reference-2',
    libraryCardNumber: replacement.input.libraryCardNumber,
  },
};

/** What becomes of an unblocking of which nothing is heard. */
const silences = [
  { name: 'done late', fault: { kind: 'delay', delayMs: 1_000 } },
  { name: 'done at once', fault: { kind: 'hang', applied: true } },
  { name: 'never done', fault: { kind: 'hang' } },
] as const;

test.concurrent.each(silences)(
  'R17, R18: a card that is lost again stays blocked, though its unblocking was silent and $name',
  { timeout: 60_000 },
  async ({ fault }) => {
    await using fixture = await startFixture(replacement, shortTimes);
    const { legacy, path, times, log, store } = fixture;
    const options = { legacy, journal: { path }, times, log, settles: true } as const;
    await using replacing = await openSystem(replacement, options);
    await using losing = await openSystem(lostAgain, options);
    legacy.circ.faults.set([{ ...fault, operations: ['UnblockCard'], times: 1 }]);
    expect((await replacing.ask()).payload.operation.state).toBe('UNSETTLED');

    // Nothing else is done to the card for as long as it may be unblocked late.
    const tooEarly = await losing.ask({ reference: 'too early' });
    expect(tooEarly.payload.problems.map(({ code }) => code)).toEqual(['ANOTHER_OPERATION_OPEN']);

    expect((await settledAnswer(replacing)).operation.state).toBe('DONE');
    expect(store.circ.blockedCards).not.toContain(lostAgain.input.libraryCardNumber);
    expect((await settledAnswer(losing)).operation.state).toBe('DONE');
    expect(store.circ.blockedCards).toContain(lostAgain.input.libraryCardNumber);
  },
);
