import { expect, test } from 'vitest';
import { formOf, libraryForTests } from '../library.ts';
import { done, refusedFor } from '../payloads.ts';
import { newApplicant } from '../people.ts';

const library = libraryForTests({ showsWholeGraph: true });

const query = `query ($patronId: ID, $status: ApplicationStatus) {
  applications(patronId: $patronId, status: $status) { totalCount edges { node { status decidedBy } } }
}`;
const list = (variables: Readonly<Record<string, unknown>>) =>
  library.read<{ applications: { totalCount: number; edges: { node: object }[] } }>(query, variables);

test('applications are listed by patron, by status, and by both', async () => {
  const { patronId } = await library.join(newApplicant(), ['LIBRARY_CARD']);
  const approved = { node: { status: 'APPROVED', decidedBy: 'counter' } };
  expect((await list({ patronId })).applications).toEqual({ totalCount: 1, edges: [approved] });
  expect((await list({ patronId, status: 'RECEIVED' })).applications.totalCount).toBe(0);
  expect((await list({ patronId: 'P9999999' })).applications.totalCount).toBe(0);
  expect((await list({})).applications.totalCount).toBeGreaterThan(1);
});

test('R27: only staff see who decided, and the patron still sees the rest', async () => {
  const applicant = newApplicant();
  const applied = await library.apply(formOf(applicant, ['LIBRARY_CARD']));
  const patronId = (await library.approve(applied)).application?.patron?.id ?? '';
  const token = await library.reader(patronId);
  const query = 'query ($id: ID!) { application(id: $id) { status decidedBy } }';
  const variables = { id: applied.application?.id };
  const { body } = await library.system.ask(query, { token, variables });
  expect(body.data).toEqual({ application: { status: 'APPROVED', decidedBy: null } });
  expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test('several applications are rejected for one reason, each with its own outcome', async () => {
  const apply = async () => {
    const form = formOf(newApplicant(), ['LIBRARY_CARD']);
    return (await library.apply(form)).application?.id ?? '';
  };
  const [one, other] = [await apply(), await apply()];
  const reason = 'The form is not signed.';
  const input = { reference: 'several', applicationIds: [one, 'A9999999', other, 'A0000002', one], reason };
  const rejected = { state: 'DONE', application: { status: 'REJECTED', reason }, problems: [] };
  const payload = await library.change('rejectApplications', input);
  expect(payload).toMatchObject({
    ...done,
    outcomes: [
      { applicationId: one, ...rejected },
      { applicationId: 'A9999999', state: 'REFUSED', application: null, problems: [{ code: 'NOT_FOUND' }] },
      { applicationId: other, ...rejected },
      { applicationId: 'A0000002', state: 'REFUSED', problems: [{ code: 'WRONG_STATE' }] },
    ],
  });
  expect(await library.change('rejectApplications', input)).toEqual(payload);
});

test('rejecting several applications resumes after a lost answer', async () => {
  const form = formOf(newApplicant(), ['LIBRARY_CARD']);
  const { application } = await library.apply(form);
  library.system.legacy.cms.faults.set([
    { kind: 'reset-after', operations: ['DecideApplication'], times: 1 },
  ]);
  const input = { reference: 'unheard', applicationIds: [application?.id], reason: 'Not signed.' };
  const unheard = await library.change('rejectApplications', input);
  expect(unheard).toMatchObject({ operation: { state: 'UNSETTLED' }, outcomes: [] });
  await library.untilDone('unheard');
  expect(await library.change('rejectApplications', input)).toMatchObject({
    ...done,
    outcomes: [{ state: 'DONE', application: { status: 'REJECTED' } }],
  });
});

test('INVALID: no application, too many, or no reason', async () => {
  for (const applicationIds of [[], Array.from({ length: 51 }, (_, at) => `A${at}`)]) {
    expect(
      await library.change('rejectApplications', { applicationIds, reason: 'Not signed.' }),
    ).toMatchObject(refusedFor('INVALID', 'applicationIds'));
  }
  expect(await library.change('rejectApplications', { applicationIds: ['A1'], reason: ' ' })).toMatchObject(
    refusedFor('INVALID', 'reason'),
  );
});
