import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { overInternet, progressOf, waitingApplications } from '../applications.ts';
import { done, formOf, type Library, openLibrary, refusedWith } from '../library.ts';
import { stranger } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());

describe('R7: the receipt', () => {
  test('is returned again when the application is sent again, and nothing is applied for twice', async () => {
    const input = {
      reference: randomUUID(),
      ...formOf(stranger({ addressProofShown: false }), ['LIBRARY_CARD']),
    };
    const before = (await waitingApplications(library)).length;
    const first = await overInternet(library, input);
    expect(await overInternet(library, input)).toEqual(first);
    expect(await waitingApplications(library)).toHaveLength(before + 1);
    const other = await overInternet(
      library,
      formOf(stranger({ addressProofShown: false }), ['LIBRARY_CARD']),
    );
    expect(other.receipt).not.toBe(first.receipt);
  });

  test('opens nothing where the graph has not issued it', async () => {
    const { receipt } = await overInternet(
      library,
      formOf(stranger({ addressProofShown: false }), ['LIBRARY_CARD']),
    );
    const [id = '', proof = ''] = receipt?.split('.') ?? [];
    const forged = `${id}.${proof.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`;
    for (const none of [forged, id, `${id}.`, '', 'x'.repeat(5000)]) {
      expect(await progressOf(library, none)).toBeNull();
    }
    expect(await progressOf(library, receipt)).not.toBeNull();
  });

  test("tells a rejection in the staff's own words", async () => {
    const { receipt } = await overInternet(
      library,
      formOf(stranger({ addressProofShown: false }), ['LIBRARY_CARD']),
    );
    const application = (await waitingApplications(library)).at(-1);
    const input = { applicationId: application?.id, approve: false };
    expect(await library.change('decideApplication', input, library.counter)).toMatchObject({
      ...refusedWith('INVALID'),
      problems: [{ field: ['reason'] }],
    });
    const rejected = await library.change(
      'decideApplication',
      { ...input, reason: 'No proof was brought within a month.' },
      library.counter,
    );
    expect(rejected).toMatchObject({
      ...done,
      application: { status: 'REJECTED', reason: 'No proof was brought within a month.' },
    });
    expect(await progressOf(library, receipt)).toMatchObject({
      status: 'REJECTED',
      decidedAt: expect.any(String),
      reason: 'No proof was brought within a month.',
      problems: [{ code: 'REJECTED_BY_STAFF' }],
    });
    expect(
      await library.change('decideApplication', { ...input, approve: true }, library.counter),
    ).toMatchObject(refusedWith('WRONG_STATE'));
  });

  test.each(['ALREADY_REGISTERED', 'ALREADY_HELD', 'IDENTITY_MISMATCH'])(
    'does not tell who is registered, though staff give %s as their reason',
    async (reason) => {
      const { receipt } = await overInternet(
        library,
        formOf(stranger({ addressProofShown: false }), ['LIBRARY_CARD']),
      );
      const applicationId = (await waitingApplications(library)).at(-1)?.id;
      const decision = { applicationId, approve: false, reason };
      expect(await library.change('decideApplication', decision, library.counter)).toMatchObject(done);
      expect(await progressOf(library, receipt)).toMatchObject({
        status: 'REJECTED',
        reason: null,
        problems: [{ code: 'REJECTED_BY_STAFF', field: null }],
      });
      const query = 'query ($id: ID!) { application(id: $id) { reason problems { code } } }';
      expect(await library.read(query, { id: applicationId })).toEqual({
        application: { reason, problems: [{ code: reason }] },
      });
    },
  );
});
