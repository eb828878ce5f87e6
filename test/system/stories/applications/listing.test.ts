import { afterAll, beforeAll, expect, test } from 'vitest';
import { approve, formOf, join, type Library, openLibrary } from '../library.ts';
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
