/** A reader withdraws an application of their own. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { formOf, libraryForTests } from '../library.ts';
import { done, refusedFor, refusedWith } from '../payloads.ts';
import { newApplicant } from '../people.ts';

const library = libraryForTests({ buildsIndex: true });

/** A member with a library card, who has applied for a smart identity card on the web. */
async function applicant() {
  const { patronId, applicant } = await library.join(newApplicant(), ['LIBRARY_CARD']);
  const token = await library.reader(patronId);
  const { addressProofShown: _, ...filledIn } = applicant;
  const form = formOf(filledIn, ['SMART_ID'], { channel: 'INTERNET', patronId });
  const { application } = await library.apply(form, token);
  return { patronId, token, form, applicationId: application?.id ?? '' };
}

const withdraw = (applicationId: string, token: string, reference = randomUUID()) =>
  library.change('withdrawApplication', { reference, applicationId }, token);

/** The application as staff read it. */
const asStaff = async (id: string) => {
  const query = 'query One($id: ID!) { application(id: $id) { status reason decidedBy problems { code } } }';
  return (await library.read(query, { id })) as object;
};

test('is done at once: staff and reader see it as withdrawn, and the reader may apply again', async () => {
  const { patronId, token, form, applicationId } = await applicant();
  const reference = randomUUID();
  const withdrawn = { ...done, application: { id: applicationId, status: 'WITHDRAWN', reason: null } };
  expect(await withdraw(applicationId, token, reference)).toMatchObject(withdrawn);
  expect(await withdraw(applicationId, token, reference)).toMatchObject(withdrawn);
  expect(await asStaff(applicationId)).toEqual({
    application: { status: 'WITHDRAWN', reason: null, decidedBy: `reader ${patronId}`, problems: [] },
  });
  const kept = library.system.store.cms.applications.get(applicationId);
  expect(kept).toMatchObject({ status: 'REJ', reason: 'Withdrawn by the applicant.' });
  expect(await withdraw(applicationId, token)).toMatchObject(refusedFor('WRONG_STATE', 'applicationId'));
  expect(await library.apply(form, token)).toMatchObject(done);
});

test('is done by staff for an applicant at a counter', async () => {
  const { applicationId } = await applicant();
  expect(await library.change('withdrawApplication', { applicationId })).toMatchObject({
    ...done,
    application: { status: 'WITHDRAWN' },
  });
});

test('R27: another reader’s application is not found, and stays as it was', async () => {
  const { applicationId } = await applicant();
  const other = await library.reader('P0000001');
  expect(await withdraw(applicationId, other)).toMatchObject(refusedFor('NOT_FOUND', 'applicationId'));
  for (const none of ['A9999999', '', 'no such form of a number', '\u0000']) {
    expect(await withdraw(none, other)).toMatchObject(refusedWith('NOT_FOUND'));
  }
  expect(await asStaff(applicationId)).toMatchObject({ application: { status: 'RECEIVED' } });
});

test('is refused for an application that staff have decided', async () => {
  const { token, applicationId } = await applicant();
  const reason = 'The form is not signed.';
  expect(await library.change('rejectApplication', { applicationId, reason })).toMatchObject(done);
  expect(await withdraw(applicationId, token)).toMatchObject(refusedWith('WRONG_STATE'));
  expect(await asStaff(applicationId)).toMatchObject({ application: { status: 'REJECTED', reason } });
});

test('moves it in the lists of staff from those that wait to those that were withdrawn', async () => {
  const { token, patronId, applicationId } = await applicant();
  const listed = async (status: string) => {
    const list = `query List($filter: ApplicationFilter) {
      applications(filter: $filter) { edges { node { id status } } }
    }`;
    const { applications } = (await library.read(list, { filter: { status, patronId } })) as {
      applications: { edges: { node: { id: string } }[] };
    };
    return applications.edges.map(({ node }) => node.id);
  };
  expect(await listed('RECEIVED')).toEqual([applicationId]);
  expect(await withdraw(applicationId, token)).toMatchObject(done);
  expect(await listed('RECEIVED')).toEqual([]);
  await expect.poll(() => listed('WITHDRAWN'), { timeout: 30_000 }).toEqual([applicationId]);
  expect(await listed('REJECTED')).toEqual([]);
});
