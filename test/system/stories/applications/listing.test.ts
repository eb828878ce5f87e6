import { afterAll, beforeAll, expect, test } from 'vitest';
import { approve, done, formOf, join, type Library, openLibrary, refusedWith } from '../library.ts';
import { stranger } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());

const query = `query ($patronId: ID, $status: ApplicationStatus) {
  applications(patronId: $patronId, status: $status) { totalCount edges { node { status decidedBy } } }
}`;
const list = (variables: Readonly<Record<string, unknown>>) =>
  library.read<{ applications: { totalCount: number; edges: { node: object }[] } }>(query, variables);

test('applications are listed by patron, by status, and by both', async () => {
  const { patronId } = await join(library, stranger(), ['LIBRARY_CARD']);
  const approved = { node: { status: 'APPROVED', decidedBy: 'counter' } };
  expect((await list({ patronId })).applications).toEqual({ totalCount: 1, edges: [approved] });
  expect((await list({ patronId, status: 'RECEIVED' })).applications.totalCount).toBe(0);
  expect((await list({ patronId: 'P9999999' })).applications.totalCount).toBe(0);
  expect((await list({})).applications.totalCount).toBeGreaterThan(1);
});

test('R27: who decided is told to staff only, and the patron still has the rest', async () => {
  const applicant = stranger();
  const applied = await library.change(
    'submitApplication',
    formOf(applicant, ['LIBRARY_CARD']),
    library.counter,
  );
  const patronId = (await approve(library, applied)).application?.patron?.id ?? '';
  const token = await library.reader(patronId);
  const { body } = await library.system.ask(
    'query ($id: ID!) { application(id: $id) { status decidedBy } }',
    {
      token,
      variables: { id: applied.application?.id },
    },
  );
  expect(body.data).toEqual({ application: { status: 'APPROVED', decidedBy: null } });
  expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test('several applications are rejected for one reason, each with its own outcome', async () => {
  const apply = async () => {
    const form = formOf(stranger(), ['LIBRARY_CARD']);
    return (await library.change('submitApplication', form, library.counter)).application?.id ?? '';
  };
  const [one, other] = [await apply(), await apply()];
  const reason = 'The form is not signed.';
  const input = { reference: 'several', applicationIds: [one, 'A9999999', other, 'A0000002', one], reason };
  const rejected = { state: 'DONE', application: { status: 'REJECTED', reason }, problems: [] };
  const payload = await library.change('rejectApplications', input, library.counter);
  expect(payload).toMatchObject({
    ...done,
    outcomes: [
      { applicationId: one, ...rejected },
      { applicationId: 'A9999999', state: 'REFUSED', application: null, problems: [{ code: 'NOT_FOUND' }] },
      { applicationId: other, ...rejected },
      { applicationId: 'A0000002', state: 'REFUSED', problems: [{ code: 'WRONG_STATE' }] },
    ],
  });
  expect(await library.change('rejectApplications', input, library.counter)).toEqual(payload);
});

test('rejecting several resumes where an answer was lost', async () => {
  const form = formOf(stranger(), ['LIBRARY_CARD']);
  const { application } = await library.change('submitApplication', form, library.counter);
  library.system.legacy.cms.faults.set([
    { kind: 'reset-after', operations: ['DecideApplication'], times: 1 },
  ]);
  const input = { reference: 'unheard', applicationIds: [application?.id], reason: 'Not signed.' };
  const unheard = await library.change('rejectApplications', input, library.counter);
  expect(unheard).toMatchObject({ operation: { state: 'UNSETTLED' }, outcomes: [] });
  await library.untilDone('unheard', library.counter);
  expect(await library.change('rejectApplications', input, library.counter)).toMatchObject({
    ...done,
    outcomes: [{ state: 'DONE', application: { status: 'REJECTED' } }],
  });
});

test('INVALID: none, too many, or no reason', async () => {
  for (const applicationIds of [[], Array.from({ length: 51 }, (_, at) => `A${at}`)]) {
    expect(
      await library.change('rejectApplications', { applicationIds, reason: 'Not signed.' }, library.counter),
    ).toMatchObject({ ...refusedWith('INVALID'), problems: [{ field: ['applicationIds'] }] });
  }
  expect(
    await library.change('rejectApplications', { applicationIds: ['A1'], reason: ' ' }, library.counter),
  ).toMatchObject({ ...refusedWith('INVALID'), problems: [{ field: ['reason'] }] });
});
