import { describe, expect, test } from 'vitest';
import { numberAndPinTexts } from '../../../../subgraphs/credentials/rules/messages/number-and-pin.ts';
import {
  failuresPerClient,
  failuresPerNumber,
  failuresPerUser,
  verificationFloorMs,
} from '../../../../subgraphs/operations/attempts/pin-attempts.ts';
import { openTablesOf } from '../../journal-of.ts';
import { rootField } from '../../running-system.ts';
import { eventually } from '../../stories/callers.ts';
import { libraryForTests } from '../../stories/library.ts';
import { done } from '../../stories/payloads.ts';
import { newApplicant, today } from '../../stories/people.ts';

const library = libraryForTests({ showsWholeGraph: true });

let partners = 0;
/** A token of a new partner, which has sent no requests yet. */
async function newPartner(): Promise<string> {
  partners += 1;
  const clientId = `partner-${partners}`;
  return await library.system.token({ subject: 'partner', clientId, scope: 'partner:verify' });
}

interface Verification {
  readonly verified: boolean;
  readonly pseudonym: string | null;
  readonly problem: keyof typeof numberAndPinTexts | null;
  readonly mayRetryAt: string | null;
}

const ask = (
  token: string,
  libraryCardNumber: string,
  pin: string,
  options: { signal?: AbortSignal } = {},
) => {
  const selection = 'verified pseudonym problem mayRetryAt problems { code reason message field mayRetryAt }';
  return library.system.mutate('verifyPatron', selection, { libraryCardNumber, pin }, { token, ...options });
};

/** The answer in the form of release 0.2. `problems` must say the same, and nothing more. */
async function verify(token: string, libraryCardNumber: string, pin: string): Promise<Verification> {
  const { body } = await ask(token, libraryCardNumber, pin);
  expect(body.errors).toBeUndefined();
  const { problems, ...answer } = rootField<Verification & { readonly problems: unknown }>(
    body,
    'verifyPatron',
  );
  expect(problems).toEqual(problemsOf(answer));
  return answer;
}

const problemsOf = ({ problem, mayRetryAt }: Verification) =>
  problem === null
    ? []
    : [{ code: problem, reason: problem, message: numberAndPinTexts[problem].en, field: null, mayRetryAt }];

const pin = '2583';
const wrong = { verified: false, pseudonym: null, problem: 'WRONG_NUMBER_OR_PIN', mayRetryAt: null };

const newReader = () => library.joinWithPin(pin);

describe('R28: a partner', { timeout: 60_000 }, () => {
  test.concurrent('learns a pseudonym of its own, the same on either card', async () => {
    const { patronId, smartId, libraryCard } = await newReader();
    const [partner, other] = [await newPartner(), await newPartner()];
    const verified = await verify(partner, smartId, pin);
    expect(verified).toEqual({
      verified: true,
      pseudonym: expect.stringMatching(/^[\w-]{43}$/),
      problem: null,
      mayRetryAt: null,
    });
    expect(await verify(partner, libraryCard, pin)).toEqual(verified);
    const { pseudonym } = await verify(other, smartId, pin);
    expect(pseudonym).not.toBe(verified.pseudonym);
    for (const number of [patronId, smartId, libraryCard]) {
      expect(verified.pseudonym).not.toContain(number);
    }
  });

  test.concurrent('learns the same pseudonym after a change of card', async () => {
    const { smartId, libraryCard } = await newReader();
    const partner = await newPartner();
    const before = await verify(partner, libraryCard, pin);
    await library.change('reportLoss', { libraryCardNumber: libraryCard });
    const replaced = await library.change('replaceCredential', { libraryCardNumber: libraryCard });
    expect(replaced).toMatchObject(done);
    expect(await verify(partner, replaced.credential?.libraryCardNumber ?? '', pin)).toEqual(before);
    await library.change('reportLoss', { libraryCardNumber: smartId, onReplacement: 'CONTINUE' });
    await library.change('replaceCredential', { libraryCardNumber: smartId, smartIdDateOfIssue: today });
    expect(await verify(partner, smartId, pin)).toEqual(before);
  });

  test.concurrent('gets the same answer for an unknown number, a wrong PIN, a lost card and an ended card', async () => {
    const [lost, ended, used] = [await newReader(), await newReader(), await newReader()];
    const fresh = await library.join(newApplicant(), ['LIBRARY_CARD']);
    await library.change('reportLoss', { libraryCardNumber: lost.libraryCard });
    await library.change('discontinueSmartId', { libraryCardNumber: ended.smartId });
    await library.change('surrenderLibraryCard', { libraryCardNumber: ended.libraryCard });
    const partner = await newPartner();
    const cases: readonly (readonly [string, string])[] = [
      ['21852000009992', pin],
      ['21852000009993', pin],
      ['', ''],
      ['x'.repeat(10_000), pin],
      [used.libraryCard, '0000'],
      [used.libraryCard, ''],
      [lost.libraryCard, pin],
      [ended.smartId, pin],
      [ended.libraryCard, pin],
      [fresh.libraryCard, pin],
    ];
    /** Resolves to the answer. Fails the test if the answer came too fast, which would reveal something. */
    const timed = async (number: string, given: string) => {
      const started = performance.now();
      const answer = await verify(partner, number, given);
      expect(performance.now() - started).toBeGreaterThanOrEqual(verificationFloorMs - 5);
      return answer;
    };
    const answers = await Promise.all(cases.map(([number, given]) => timed(number, given)));
    expect(answers).toEqual(cases.map(() => wrong));
    expect(await timed(used.libraryCard, pin)).toMatchObject({ verified: true });
  });

  test.concurrent('R15: learns that a patron is not in good standing only with the right PIN', async () => {
    const partner = await newPartner();
    expect(await verify(partner, '21852000000199', '9999')).toEqual(wrong);
    expect(await verify(partner, '21852000000199', '1234')).toEqual({
      verified: false,
      pseudonym: null,
      problem: 'NOT_IN_GOOD_STANDING',
      mayRetryAt: null,
    });
  });

  test.concurrent('is locked out of a number for a day after four wrong PINs, also of a number that does not exist', async () => {
    const { smartId } = await newReader();
    const partner = await newPartner();
    const now = Date.now();
    const lockOut = async (number: string) => {
      for (let attempt = 1; attempt <= failuresPerNumber; attempt += 1) {
        expect(await verify(partner, number, '0000')).toEqual(wrong);
      }
      // After the lock, the right PIN is refused too.
      return await verify(partner, number, pin);
    };
    const numbers = [smartId, '21852000008887', 'not a number'];
    for (const locked of await Promise.all(numbers.map(lockOut))) {
      expect(locked).toMatchObject({ verified: false, pseudonym: null, problem: 'PIN_LOCKED' });
      const hours = (Date.parse(locked.mayRetryAt ?? '') - now) / 3_600_000;
      expect(hours).toBeGreaterThanOrEqual(24);
      expect(hours).toBeLessThan(24.1);
    }
    expect(await verify(await newPartner(), '21852000008887', '0000')).toEqual(wrong);
  });

  test.concurrent('locks nobody else out: its wrong PINs are too few to lock the PIN in card management', async () => {
    const { smartId } = await newReader();
    const partner = await newPartner();
    await Promise.all(Array.from({ length: 20 }, () => verify(partner, smartId, '0000')));
    expect(await verify(await newPartner(), smartId, pin)).toMatchObject({ verified: true });
  });

  test.concurrent('has its failures counted by number, in every spelling of the number', async () => {
    const { smartId } = await newReader();
    const partner = await newPartner();
    const spelt = [
      smartId.replace(/(.{4})/g, '$1 '),
      `${smartId} `,
      smartId.replace(/(.{4})/g, '$1-'),
      smartId.replace(/./g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
    ];
    for (const number of spelt) {
      expect(await verify(partner, number, '0000')).toEqual(wrong);
    }
    expect(await verify(partner, smartId, pin)).toMatchObject({ problem: 'PIN_LOCKED' });
  });

  test.concurrent('has its failures reset by a right PIN', async () => {
    const { smartId } = await newReader();
    const partner = await newPartner();
    for (let round = 1; round <= 3; round += 1) {
      for (let guess = 1; guess < failuresPerNumber; guess += 1) {
        expect(await verify(partner, smartId, '0000')).toEqual(wrong);
      }
      expect(await verify(partner, smartId, pin)).toMatchObject({ verified: true });
    }
  });

  test.concurrent('is unlocked, like every partner, when the number gets a new PIN', async () => {
    const { smartId, libraryCard } = await newReader();
    const partners = [await newPartner(), await newPartner()] as const;
    const lockOut = async (partner: string, number: string) => {
      while ((await verify(partner, number, '0000')).problem !== 'PIN_LOCKED') {}
    };
    await lockOut(partners[1], libraryCard);
    for (const [at, newPin] of ['1352', '2463'].entries()) {
      const partner = partners[at] ?? '';
      await lockOut(partner, smartId);
      await library.change('setPin', { libraryCardNumber: smartId, newPin });
      expect(await verify(partner, smartId, newPin)).toMatchObject({ verified: true });
    }
    // The other number of the same patron stays locked.
    expect(await verify(partners[1], libraryCard, pin)).toMatchObject({ problem: 'PIN_LOCKED' });
  });

  test.concurrent('may verify one reader several times at once', async () => {
    const { smartId } = await newReader();
    const partner = await newPartner();
    const answers = await Promise.all(Array.from({ length: 8 }, () => verify(partner, smartId, pin)));
    expect(answers.map(({ verified }) => verified)).toEqual(answers.map(() => true));
  });

  test.concurrent('is stopped when it guesses across numbers, and other partners are not', async () => {
    const { smartId } = await newReader();
    const partner = await newPartner();
    const numbers = Array.from({ length: 110 }, (_, index) => `218520000${10_000 + index}`);
    const answers = await Promise.all(numbers.map((number) => verify(partner, number, pin)));
    const throttled = answers.filter(({ problem }) => problem === 'TOO_MANY_REQUESTS');
    expect(throttled).toHaveLength(10);
    expect(await verify(partner, smartId, pin)).toEqual({
      ...wrong,
      problem: 'TOO_MANY_REQUESTS',
      mayRetryAt: expect.any(String),
    });
    expect(await verify(await newPartner(), smartId, pin)).toMatchObject({ verified: true });
  });

  test.concurrent('may make more failures the more its readers succeed', async () => {
    const { smartId } = await newReader();
    const partner = await newPartner();
    const rights = 30;
    for (let round = 0; round < rights / 3; round += 1) {
      const answers = await Promise.all([1, 2, 3].map(() => verify(partner, smartId, pin)));
      expect(answers.map(({ verified }) => verified)).toEqual([true, true, true]);
    }
    const numbers = Array.from({ length: 110 }, (_, index) => `218520000${30_000 + index}`);
    const answers = await Promise.all(numbers.map((number) => verify(partner, number, pin)));
    const throttled = answers.filter(({ problem }) => problem === 'TOO_MANY_REQUESTS');
    expect(throttled).toHaveLength(numbers.length - failuresPerClient - rights / 10);
  });

  test.concurrent('that names its end users isn’t stopped by one of them who guesses', async () => {
    const { smartId } = await newReader();
    const partner = await newPartner();
    const guessAs = (endUser: string, libraryCardNumber: string) =>
      library.system.mutate(
        'verifyPatron',
        'verified problem',
        { libraryCardNumber, pin, endUser },
        { token: partner },
      );
    const numbers = Array.from({ length: failuresPerUser + 2 }, (_, index) => `218520000${40_000 + index}`);
    const answers = await Promise.all(numbers.map((number) => guessAs('guesser', number)));
    const problems = answers.map(({ body }) => rootField<Verification>(body, 'verifyPatron').problem);
    expect(problems.filter((problem) => problem === 'TOO_MANY_REQUESTS')).toHaveLength(2);
    expect((await guessAs('guesser', smartId)).body.data).toMatchObject({
      verifyPatron: { verified: false },
    });
    expect((await guessAs('reader', smartId)).body.data).toMatchObject({ verifyPatron: { verified: true } });
    const { body } = await guessAs('x'.repeat(129), smartId);
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test.concurrent('may have a name of any length', async () => {
    const { libraryCard } = await newReader();
    const clientId = 'p'.repeat(2_000);
    const partner = await library.system.token({ clientId, scope: 'partner:verify' });
    expect(await verify(partner, libraryCard, pin)).toMatchObject({ verified: true });
  });

  test.concurrent('is FORBIDDEN without a client id, as is everybody without the scope', async () => {
    const nameless = await library.system.token({ subject: 'partner', scope: 'partner:verify' });
    const scopeless = await library.system.token({ subject: 'partner', clientId: 'partner' });
    for (const token of [nameless, scopeless]) {
      const { body } = await ask(token, '21852000000058', '1234');
      expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
  });

  // These tests run alone, because they count calls or make a system fail.
  test('causes the same calls, whether or not the number exists', async () => {
    const { libraryCard } = await newReader();
    const partner = await newPartner();
    const { prs, cms } = library.system.legacy;
    const callsFor = async (number: string, given: string) => {
      library.resetCalls();
      await verify(partner, number, given);
      return [...prs.calls, ...cms.calls];
    };
    const right = await callsFor(libraryCard, pin);
    expect(right).toEqual([
      ['GetPatrons', 1],
      ['VerifyPin', 1],
      ['GetCardsByNumber', 1],
    ]);
    expect(await callsFor(libraryCard, '0000')).toEqual(right);
    expect(await callsFor('21852000009992', pin)).toEqual(right);
  });

  test('never hears of wrong PINs when it sends right ones in parallel', async () => {
    const { smartId } = await newReader();
    const partner = await newPartner();
    const { cms } = library.system.legacy;
    cms.faults.set([{ kind: 'delay', delayMs: 600, operations: ['VerifyPin'] }]);
    const answers = await Promise.all(Array.from({ length: 30 }, () => verify(partner, smartId, pin)));
    cms.faults.clear();
    const problems = new Set(answers.map(({ problem, mayRetryAt }) => `${problem} ${mayRetryAt}`));
    expect(problems).toEqual(new Set(['null null', 'SYSTEM_UNAVAILABLE null']));
    expect(await verify(partner, smartId, pin)).toMatchObject({ verified: true });
  });

  test('has a failure counted even if it disconnects before the answer', async () => {
    const { smartId } = await newReader();
    const partner = await newPartner();
    const { cms } = library.system.legacy;
    cms.faults.set([{ kind: 'delay', delayMs: 500, operations: ['VerifyPin'] }]);
    for (let guess = 1; guess <= failuresPerNumber; guess += 1) {
      const leave = new AbortController();
      const left = expect(ask(partner, smartId, '0000', { signal: leave.signal })).rejects.toThrow('abort');
      await expect.poll(() => cms.faults.status.faults[0]?.hits).toBe(guess);
      leave.abort();
      await left;
    }
    cms.faults.clear();
    expect(await verify(partner, smartId, pin)).toMatchObject({ problem: 'PIN_LOCKED' });
    expect(await verify(await newPartner(), smartId, pin)).toMatchObject({ verified: true });
  });

  test('R26: learns that a system is down, and no failure is counted', async () => {
    const { smartId } = await newReader();
    const partner = await newPartner();
    const { prs, cms } = library.system.legacy;
    for (const system of [prs, cms]) {
      await system.stop();
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        expect(await verify(partner, smartId, pin)).toEqual({ ...wrong, problem: 'SYSTEM_UNAVAILABLE' });
      }
      await system.start();
    }
    expect(await verify(partner, smartId, pin)).toMatchObject({ verified: true });
  });

  test('has its wrong PINs counted even while the registry is down, because card management counts them too', async () => {
    const { smartId } = await newReader();
    const [partner, other] = [await newPartner(), await newPartner()];
    const { prs } = library.system.legacy;
    await prs.stop();
    for (let guess = 1; guess <= failuresPerNumber; guess += 1) {
      expect(await verify(partner, smartId, '0000')).toEqual({ ...wrong, problem: 'SYSTEM_UNAVAILABLE' });
    }
    for (let guess = 1; guess <= 2; guess += 1) {
      expect(await verify(partner, smartId, '0000')).toMatchObject({ problem: 'PIN_LOCKED' });
    }
    await prs.start();
    expect(await verify(partner, smartId, pin)).toMatchObject({ problem: 'PIN_LOCKED' });
    await eventually(() => verify(other, smartId, pin)).toMatchObject({ verified: true });
  });

  test('waits as long for an error: without the journal, nothing is counted and no answer is given', async () => {
    const { libraryCard } = await newReader();
    const partner = await newPartner();
    using journal = openTablesOf(library.system);
    journal.exec("create trigger full before insert on attempts begin select raise(abort, 'full'); end");
    try {
      for (const [number, given] of [
        [libraryCard, pin],
        [libraryCard, '0000'],
        ['21852000009992', pin],
      ] as const) {
        const started = performance.now();
        const { body } = await ask(partner, number, given);
        expect(performance.now() - started).toBeGreaterThanOrEqual(verificationFloorMs - 5);
        expect(body).toMatchObject({
          data: { verifyPatron: null },
          errors: [{ extensions: { code: 'JOURNAL_UNAVAILABLE' } }],
        });
      }
    } finally {
      journal.exec('drop trigger full');
    }
    expect(await verify(partner, libraryCard, pin)).toMatchObject({ verified: true });
  });
});
