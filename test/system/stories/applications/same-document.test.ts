/**
 * Decision 36: at most three applications for one identity document wait for staff. The answer to a fourth application
 * does not reveal this.
 */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { applicationsPerSender, maxOpenPerDocument } from '../../../../subgraphs/credentials/rules/limits.ts';
import { verificationFloorMs } from '../../../../subgraphs/operations/attempts/pin-attempts.ts';
import { anyApplication } from '../../../support/ports.ts';
import { journalBytesOf } from '../../journal-of.ts';
import { eventually } from '../callers.ts';
import { formOf, libraryForTests, never } from '../library.ts';
import { done, type Payload } from '../payloads.ts';
import { type Applicant, newApplicant } from '../people.ts';

const library = libraryForTests();

/** The form of an application over the internet. */
function overTheInternet(applicant: Applicant) {
  const { addressProofShown: _, ...filledIn } = applicant;
  return formOf(filledIn, ['LIBRARY_CARD'], { channel: 'INTERNET' });
}

/** Sends `times` applications for the person, each with another name. */
async function apply(person: Applicant, times: number): Promise<readonly Payload[]> {
  const answers: Payload[] = [];
  for (let time = 1; time <= times; time += 1) {
    const started = performance.now();
    const form = overTheInternet({ ...person, englishName: `LEE, NO ${'I'.repeat(time)}` });
    answers.push(await library.apply(form, null));
    expect(performance.now() - started).toBeGreaterThanOrEqual(verificationFloorMs - 5);
  }
  return answers;
}

interface Group {
  readonly open: readonly { readonly id: string; readonly applicant: { readonly englishName: string } }[];
  readonly waiting: readonly {
    readonly applicant: { readonly englishName: string; readonly identityNumber: string };
  }[];
  readonly waitingCount: number;
}

/** The other applications with the same document, which staff see next to an application. */
async function groupOf(id: string): Promise<Group> {
  const selection = `sameDocument {
    open { id applicant { englishName } }
    waiting { submittedAt wants applicant { englishName maskedIdentityNumber identityNumber } guarantor { name } }
    waitingCount
  }`;
  return (await library.application<{ sameDocument: Group }>(id, selection)).sameDocument;
}

const statusOf = async (receipt: string | null | undefined) => (await library.progressOf(receipt))?.status;

/** The applications in card management for the person's document: the ids by name. */
async function inCards({ identityNumber }: Applicant): Promise<ReadonlyMap<string, string>> {
  const { rows } = await library.behind.cards.listApplications(
    anyApplication,
    { first: 100, after: null },
    never,
  );
  return new Map(
    rows
      .filter(({ applicant }) => applicant.identityNumber === identityNumber)
      .map(({ id, applicant }) => [applicant.englishName, id]),
  );
}

const reject = (applicationId: string | undefined) =>
  library.change('decideApplication', { applicationId, approve: false, reason: 'Somebody else applied.' });

test('three applications are sent, more wait, and all are answered alike', async () => {
  const person = newApplicant();
  const answers = await apply(person, maxOpenPerDocument + 2);
  for (const answer of answers) {
    expect(answer).toEqual({ ...answers[0], operation: expect.anything(), receipt: expect.any(String) });
    expect(answer).toMatchObject({ operation: { state: 'DONE' }, problems: [] });
    expect(await statusOf(answer.receipt)).toBe('RECEIVED');
  }
  const names = Array.from({ length: 5 }, (_, at) => `LEE, NO ${'I'.repeat(at + 1)}`);
  const sent = await inCards(person);
  expect([...sent.keys()]).toEqual(names.slice(0, 3));
  const first = sent.get(names[0] ?? '') ?? '';
  const group = await groupOf(first);
  expect(group.open.map(({ applicant }) => applicant.englishName)).toEqual(names.slice(0, 3));
  expect(group.waiting.map(({ applicant }) => applicant.englishName)).toEqual(names.slice(3));
  expect(group.waiting[0]?.applicant.identityNumber).toBe(person.identityNumber);
  expect(group.waitingCount).toBe(2);

  // One place becomes free. The application that has waited longest gets the place.
  expect(await reject(first)).toMatchObject(done);
  const named = async () => [...(await inCards(person)).keys()];
  await expect.poll(named, { timeout: 60_000, interval: 500 }).toEqual(names.slice(0, 4));
  const later = await groupOf(first);
  expect(later.open.map(({ applicant }) => applicant.englishName)).toEqual(names.slice(1, 4));
  expect(later.waitingCount).toBe(1);

  // The receipt of an application that had to wait is still valid.
  expect(await statusOf(answers[3]?.receipt)).toBe('RECEIVED');
  expect(await reject(later.open[2]?.id)).toMatchObject(done);
  expect(await statusOf(answers[3]?.receipt)).toBe('REJECTED');
});

test('R7: the progress of a fourth application does not reveal the other three', async () => {
  const person = newApplicant();
  const answers = await apply(person, maxOpenPerDocument + 1);
  expect((await inCards(person)).size).toBe(maxOpenPerDocument);
  const progress = await Promise.all(answers.map(({ receipt }) => library.progressOf(receipt)));
  const ofFirst = { status: 'RECEIVED', problems: [{ code: 'ADDRESS_PROOF_NEEDED' }] };
  for (const each of progress) {
    expect(each).toMatchObject(ofFirst);
    expect({ ...each, submittedAt: null }).toEqual({ ...progress[0], submittedAt: null });
    expect(each?.submittedAt.length).toBe(progress[0]?.submittedAt.length);
  }
  const { cms } = library.system.legacy;
  await cms.stop();
  const query = 'query ($receipt: String!) { applicationProgress(receipt: $receipt) { status } }';
  const codes = await Promise.all(
    answers.map(async ({ receipt }) => {
      const { body } = await library.system.ask(query, { variables: { receipt } });
      return body.errors?.[0]?.extensions.code;
    }),
  );
  await cms.start();
  expect(new Set(codes)).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
});

test('an application that is sent again is the same application', async () => {
  const person = newApplicant();
  await apply(person, maxOpenPerDocument);
  const form = { reference: randomUUID(), ...overTheInternet(person) };
  const [one, again] = [await library.apply(form, null), await library.apply(form, null)];
  expect(again).toEqual(one);
});

test("an application at a counter doesn't wait", async () => {
  const person = newApplicant();
  await apply(person, maxOpenPerDocument + 1);
  const answer = await library.apply(formOf(person, ['LIBRARY_CARD']));
  expect(answer).toMatchObject(done);
  expect(answer.application?.status).toBe('RECEIVED');
});

const ownValues = /"(?:reference|code|requestedAt|settledAt|receipt)":"[^"]*"/g;

test('R26: while card management is down, a fourth application is answered like a first one', async () => {
  const [known, unknown] = [newApplicant(), newApplicant()];
  await apply(known, maxOpenPerDocument);
  const { cms } = library.system.legacy;
  await cms.stop();
  const inputs = [known, unknown].map(overTheInternet);
  const send = async () => {
    const answers = await Promise.all(inputs.map((input) => library.send('submitApplication', input, null)));
    // Removes the values that differ between any two answers: reference, code, times and receipt.
    return answers.map(({ body }) => JSON.stringify(body.data).replaceAll(ownValues, ''));
  };
  const [one, other] = await send();
  expect(one).toContain('"state":"UNSETTLED"');
  expect(other).toBe(one);
  await cms.start();
  await eventually(async () => (await send())[0]).toContain('"DONE"');
  await eventually(async () => new Set(await send()).size).toBe(1);
  expect((await inCards(known)).size).toBe(maxOpenPerDocument);
});

test('R30: waiting applications are encrypted', async () => {
  const person = newApplicant({ addressLines: ['9 Unheard-of Terrace'] });
  await apply(person, maxOpenPerDocument + 1);
  expect((await inCards(person)).size).toBe(maxOpenPerDocument);
  const bytes = await journalBytesOf(library.system);
  expect(bytes.includes('received_applications')).toBe(true);
  for (const value of ['Unheard-of', person.identityNumber ?? '', 'LEE, NO IIII']) {
    expect(bytes.includes(value), value).toBe(false);
  }
});

test('the applications of one address are limited per hour; those of a counter are not', async () => {
  const forms = Array.from({ length: applicationsPerSender + 1 }, () => overTheInternet(newApplicant()));
  const answers = await Promise.all(forms.map((form) => library.send('submitApplication', form, null)));
  const errors = answers.flatMap(({ body }) => body.errors ?? []);
  expect(errors.length).toBeGreaterThan(0);
  expect(errors[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', mayRetryAt: expect.any(String) });
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['RATE_LIMITED']));
  const atCounter = formOf(newApplicant(), ['LIBRARY_CARD']);
  expect(await library.apply(atCounter)).toMatchObject(done);
});

test("a signed-in reader has the same limit for strangers' applications, and waits for each answer as long", {
  timeout: 120_000,
}, async () => {
  const token = await library.reader('P0000002');
  const send = async () => {
    const started = performance.now();
    const { body } = await library.send('submitApplication', overTheInternet(newApplicant()), token);
    expect(performance.now() - started).toBeGreaterThanOrEqual(verificationFloorMs - 5);
    return body.errors?.[0]?.extensions.code ?? 'taken';
  };
  const codes: string[] = [];
  // Sends four at a time, because sixty would wait for one another.
  while (codes.length < applicationsPerSender) {
    codes.push(...(await Promise.all([send(), send(), send(), send()])));
  }
  expect(new Set(codes)).toEqual(new Set(['taken']));
  expect(await send()).toBe('RATE_LIMITED');
  // Another reader counts as another sender, even with the same client.
  const other = await library.reader('P0000003');
  const form = overTheInternet(newApplicant());
  expect((await library.send('submitApplication', form, other)).body.errors).toBeUndefined();
});
