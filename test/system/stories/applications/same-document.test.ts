/** Decision 36: three applications for one identity document wait for staff at a time; whoever sends more is told nothing of it. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  applicationsPerAddress,
  maxOpenPerDocument,
} from '../../../../subgraphs/credentials/rules/limits.ts';
import { verificationFloorMs } from '../../../../subgraphs/operations/attempts/pin-attempts.ts';
import { done, formOf, type Library, openLibrary, type Payload } from '../library.ts';
import { type Applicant, stranger } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());

/** Somebody's form, as it comes over the internet. */
function overTheInternet(applicant: Applicant) {
  const { addressProofShown: _, ...filledIn } = applicant;
  return formOf(filledIn, ['LIBRARY_CARD'], { channel: 'INTERNET' });
}

/** Applies so many times for the person, under different names. */
async function apply(person: Applicant, times: number): Promise<readonly Payload[]> {
  const answers: Payload[] = [];
  for (let time = 1; time <= times; time += 1) {
    const started = performance.now();
    const form = overTheInternet({ ...person, englishName: `LEE, NO ${'I'.repeat(time)}` });
    answers.push(await library.change('submitApplication', form));
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

/** What staff see beside the latest application. */
async function groupOf(id: string): Promise<Group> {
  const { application } = await library.read<{ application: { sameDocument: Group } }>(
    `query ($id: ID!) { application(id: $id) { sameDocument {
      open { id applicant { englishName } }
      waiting { receivedAt wants applicant { englishName maskedIdentityNumber identityNumber } guarantor { name } }
      waitingCount
    } } }`,
    { id },
  );
  return application.sameDocument;
}

const statusOf = async (receipt: string | null | undefined) => {
  const query = 'query ($receipt: String!) { applicationProgress(receipt: $receipt) { status } }';
  const { body } = await library.system.ask(query, { variables: { receipt } });
  return (body.data as { applicationProgress: { status: string } }).applicationProgress.status;
};

const never = new AbortController().signal;
/** What card management has for the document: the numbers of applications by name. */
async function inCards({ identityNumber }: Applicant): Promise<ReadonlyMap<string, string>> {
  const { rows } = await library.behind.cards.listApplications({}, { first: 100 }, never);
  return new Map(
    rows
      .filter(({ applicant }) => applicant.identityNumber === identityNumber)
      .map(({ id, applicant }) => [applicant.englishName, id]),
  );
}

const reject = (applicationId: string | undefined) =>
  library.change(
    'decideApplication',
    { applicationId, approve: false, reason: 'Somebody else applied.' },
    library.counter,
  );

test('three are sent, more wait, and all are answered alike', async () => {
  const person = stranger();
  const answers = await apply(person, maxOpenPerDocument + 2);
  for (const answer of answers) {
    expect(answer).toEqual({ ...answers[0], operation: expect.anything(), receipt: expect.any(String) });
    expect(answer).toMatchObject({ operation: { state: 'DONE' }, application: null, problems: [] });
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

  // One place is free: the longest waiting one gets it.
  expect(await reject(first)).toMatchObject(done);
  const named = async () => [...(await inCards(person)).keys()];
  await expect.poll(named, { timeout: 60_000, interval: 500 }).toEqual(names.slice(0, 4));
  const later = await groupOf(first);
  expect(later.open.map(({ applicant }) => applicant.englishName)).toEqual(names.slice(1, 4));
  expect(later.waitingCount).toBe(1);

  // The receipt of one that has waited goes on working.
  expect(await statusOf(answers[3]?.receipt)).toBe('RECEIVED');
  expect(await reject(later.open[2]?.id)).toMatchObject(done);
  expect(await statusOf(answers[3]?.receipt)).toBe('REJECTED');
});

test('the same application, sent again, is the same', async () => {
  const person = stranger();
  await apply(person, maxOpenPerDocument);
  const form = { reference: randomUUID(), ...overTheInternet(person) };
  const [one, again] = [
    await library.change('submitApplication', form),
    await library.change('submitApplication', form),
  ];
  expect(again).toEqual(one);
});

test('whoever stands at a counter does not wait', async () => {
  const person = stranger();
  await apply(person, maxOpenPerDocument + 1);
  const answer = await library.change('submitApplication', formOf(person, ['LIBRARY_CARD']), library.counter);
  expect(answer).toMatchObject(done);
  expect(answer.application?.status).toBe('RECEIVED');
});

const ownValues = /"(?:reference|code|requestedAt|settledAt|receipt)":"[^"]*"/g;

test('R26: while card management is away, the fourth is answered as the first', async () => {
  const [known, unknown] = [stranger(), stranger()];
  await apply(known, maxOpenPerDocument);
  const { cms } = library.system.legacy;
  await cms.stop();
  const inputs = [known, unknown].map(overTheInternet);
  const send = async () => {
    const answers = await Promise.all(inputs.map((input) => library.send('submitApplication', input)));
    // What is each one's own: reference, code, time and receipt.
    return answers.map(({ body }) => JSON.stringify(body.data).replaceAll(ownValues, ''));
  };
  const [one, other] = await send();
  expect(one).toContain('"state":"UNSETTLED"');
  expect(other).toBe(one);
  await cms.start();
  await expect.poll(async () => (await send())[0], { timeout: 20_000, interval: 250 }).toContain('"DONE"');
  await expect.poll(async () => new Set(await send()).size, { timeout: 20_000, interval: 250 }).toBe(1);
  expect((await inCards(known)).size).toBe(maxOpenPerDocument);
});

test('R30: what waits is sealed', async () => {
  const person = stranger({ addressLines: ['9 Unheard-of Terrace'] });
  await apply(person, maxOpenPerDocument + 1);
  expect((await inCards(person)).size).toBe(maxOpenPerDocument);
  const { dataDir } = library.system;
  const files = await Promise.all(
    ['journal.sqlite', 'journal.sqlite-wal'].map((name) => readFile(path(dataDir, name))),
  );
  const bytes = Buffer.concat(files);
  expect(bytes.includes('received_applications')).toBe(true);
  for (const value of ['Unheard-of', person.identityNumber ?? '', 'LEE, NO IIII']) {
    expect(bytes.includes(value), value).toBe(false);
  }
});

test('one address may apply so often in an hour; a counter as often as it likes', async () => {
  const forms = Array.from({ length: applicationsPerAddress + 1 }, () => overTheInternet(stranger()));
  const answers = await Promise.all(forms.map((form) => library.send('submitApplication', form)));
  const errors = answers.flatMap(({ body }) => body.errors ?? []);
  expect(errors.length).toBeGreaterThan(0);
  expect(errors[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', mayRetryAt: expect.any(String) });
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['RATE_LIMITED']));
  const atCounter = formOf(stranger(), ['LIBRARY_CARD']);
  expect(await library.change('submitApplication', atCounter, library.counter)).toMatchObject(done);
});

test('a reader who is signed in may send as many for strangers in an hour, and waits for each as long', {
  timeout: 120_000,
}, async () => {
  const token = await library.reader('P0000002');
  const send = async () => {
    const started = performance.now();
    const { body } = await library.send('submitApplication', overTheInternet(stranger()), token);
    expect(performance.now() - started).toBeGreaterThanOrEqual(verificationFloorMs - 5);
    return body.errors?.[0]?.extensions.code ?? 'taken';
  };
  const codes: string[] = [];
  // A few at once: sixty would wait for one another.
  while (codes.length < applicationsPerAddress) {
    codes.push(...(await Promise.all([send(), send(), send(), send()])));
  }
  expect(new Set(codes)).toEqual(new Set(['taken']));
  expect(await send()).toBe('RATE_LIMITED');
  // Another reader, with the same client, is another sender.
  const other = await library.reader('P0000003');
  const form = overTheInternet(stranger());
  expect((await library.send('submitApplication', form, other)).body.errors).toBeUndefined();
});
