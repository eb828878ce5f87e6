import { z } from 'zod';
import { cardsOfPerson } from '../../operations/merged-records.ts';
import { OperationRefused, refuseIfAny } from '../../operations/operation-refused.ts';
import { type Procedure, type Task, unavailable } from '../../operations/procedure.ts';
import { keptCounts } from '../../operations/results/erasure-receipt.ts';
import type { PatronServices } from '../context.ts';
import { problem } from '../rules/problems.ts';

const input = z.object({ patronId: z.string() });
type Input = z.infer<typeof input>;

const plan = z.object({
  patronId: z.string(),
  /**
   * All records of the person: the patron's record, and the records that were merged into it. Empty in plans of earlier
   * releases.
   */
  records: z.array(z.string()).readonly().default([]),
  kept: keptCounts,
});
type Plan = z.infer<typeof plan>;

/**
 * Erases the data that this service keeps of a patron whose record is closed, and who has no loans and owes nothing
 * (decision 49). Records that were merged into this record are erased, too, because they belong to the same person.
 *
 * 1. The journal erases the rows and the key of each record, in one transaction. This is safe to repeat. While an
 *    operation of the patron may still change, nothing is erased, and the procedure is refused.
 * 2. The audit gets an entry that names the member of staff, and no patron. If the procedure is continued after a
 *    crash, there may be a second entry.
 */
export const erasePatron: Procedure<PatronServices, Input, Plan> = {
  kind: 'ERASE_PATRON',
  input,
  plan,
  patronOf: ({ patronId }) => patronId,
  async prepare(task, { patronId }) {
    const records = await closedRecords(task, patronId);
    return { patronId, records, kept: await countKept(task, patronId, records) };
  },
  async carryOut({ services, operation, caller, clientId }, { patronId, records, kept }) {
    const outcome = await services.erasure.erase(records.length === 0 ? [patronId] : records, operation.id);
    if (outcome.kind === 'open') {
      throw new OperationRefused([problem('OPERATIONS_NOT_FINAL')]);
    }
    await services.audit.record([
      {
        subject: caller,
        clientId,
        role: 'STAFF',
        reason: null,
        what: 'ERASURE',
        patronId: null,
        applicationId: null,
      },
    ]);
    return { patronId, kept };
  },
};

/**
 * The patron's record, and the records that were merged into it.
 * @throws OperationRefused if there is no such patron, if one of the records is not closed, or if the patron's record
 *   was itself merged into another.
 */
async function closedRecords(
  { services, signal }: Task<PatronServices>,
  patronId: string,
): Promise<readonly string[]> {
  const [merges = { into: null, from: [] }] = await services.merged.mergesOf([patronId]);
  const records = [patronId, ...merges.from];
  const found = await services.patrons.findMany(records, signal);
  if (found[0] == null) {
    throw new OperationRefused([problem('NOT_FOUND', 'patronId')]);
  }
  if (merges.into !== null) {
    throw new OperationRefused([problem('ALREADY_MERGED', 'patronId')]);
  }
  if (found.some((patron) => patron !== null && patron.status !== 'CLOSED')) {
    throw new OperationRefused([problem('RECORD_NOT_CLOSED', 'patronId')]);
  }
  return records;
}

/**
 * Counts the records of the person that the other systems keep. What is owed at the payment system is read from the
 * index of patrons who owe something, because only *charges* calls the payment system.
 * @throws OperationRefused if anything is on loan or owed on any card, even on closed ones (R16). Also if it is not
 *   known what is owed.
 */
async function countKept(
  { services, signal }: Task<PatronServices>,
  patronId: string,
  records: readonly string[],
): Promise<Plan['kept']> {
  const cards = await cardsOfPerson(services, patronId, signal);
  const numbers = cards.map(({ libraryCardNumber }) => libraryCardNumber);
  const [loans, charges, owed, applications] = await Promise.all([
    services.circulation.loansByCard(numbers, signal),
    services.circulation.chargesByCard(numbers, signal),
    services.owing.sumOwed(records),
    Promise.all(records.map((record) => countApplications(services, record, signal))),
  ]);
  const isOwed = charges.flat().length > 0 || owed.cents > 0;
  refuseIfAny([
    ...(loans.flat().length > 0 ? [problem('LOANS_OUT', 'patronId')] : []),
    ...(isOwed ? [problem('CHARGES_OWED', 'patronId')] : []),
    ...(owed.isPartial && !isOwed ? [unavailable] : []),
  ]);
  return { cards: cards.length, applications: applications.reduce((sum, count) => sum + count, 0) };
}

async function countApplications(
  { cards }: PatronServices,
  patronId: string,
  signal: AbortSignal,
): Promise<number> {
  const ofRecord = { status: null, patronId };
  return (await cards.listApplications(ofRecord, { first: 1, after: null }, signal)).totalCount;
}
