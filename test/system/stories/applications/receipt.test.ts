import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { formOf, libraryForTests } from '../library.ts';
import { done, refusedFor, refusedWith } from '../payloads.ts';
import { newApplicant } from '../people.ts';

const library = libraryForTests();

const newForm = () => formOf(newApplicant({ addressProofShown: false }), ['LIBRARY_CARD']);

describe('R7: the receipt', () => {
  test('is the same when the application is sent again, and there is one application', async () => {
    const input = { reference: randomUUID(), ...newForm() };
    const before = (await library.waitingApplications()).length;
    const first = await library.overInternet(input);
    expect(await library.overInternet(input)).toEqual(first);
    expect(await library.waitingApplications()).toHaveLength(before + 1);
    const other = await library.overInternet(newForm());
    expect(other.receipt).not.toBe(first.receipt);
  });

  test('shows nothing unless the graph issued it', async () => {
    const { receipt } = await library.overInternet(newForm());
    const [id = '', proof = ''] = receipt?.split('.') ?? [];
    const forged = `${id}.${proof.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`;
    for (const none of [forged, id, `${id}.`, '', 'x'.repeat(5000)]) {
      expect(await library.progressOf(none)).toBeNull();
    }
    expect(await library.progressOf(receipt)).not.toBeNull();
  });

  test("shows a rejection in the staff's own words", async () => {
    const { receipt } = await library.overInternet(newForm());
    const application = (await library.waitingApplications()).at(-1);
    const input = { applicationId: application?.id };
    expect(await library.change('rejectApplication', { ...input, reason: '' })).toMatchObject(
      refusedFor('INVALID', 'reason'),
    );
    const reason = 'No proof was brought within a month.';
    const rejected = await library.change('rejectApplication', { ...input, reason });
    expect(rejected).toMatchObject({ ...done, application: { status: 'REJECTED', reason } });
    expect(await library.progressOf(receipt)).toMatchObject({
      status: 'REJECTED',
      decidedAt: expect.any(String),
      reason,
      problems: [{ code: 'REJECTED_BY_STAFF' }],
    });
    expect(await library.change('approveApplication', input)).toMatchObject(refusedWith('WRONG_STATE'));
  });

  test.each(['ALREADY_REGISTERED', 'ALREADY_HELD', 'IDENTITY_MISMATCH', 'ANOTHER_OPERATION_OPEN'])(
    'doesn’t reveal who is registered or has applied, even if staff give %s as their reason',
    async (reason) => {
      const { receipt } = await library.overInternet(newForm());
      const applicationId = (await library.waitingApplications()).at(-1)?.id;
      const decision = { applicationId, approve: false, reason };
      expect(await library.change('decideApplication', decision)).toMatchObject(done);
      expect(await library.progressOf(receipt)).toMatchObject({
        status: 'REJECTED',
        reason: null,
        problems: [{ code: 'REJECTED_BY_STAFF', field: null }],
      });
      expect(await library.application(applicationId, 'reason problems { code }')).toEqual({
        reason,
        problems: [{ code: reason }],
      });
    },
  );
});
