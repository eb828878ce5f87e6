import { z } from 'zod';
import { preferredCard } from '../../library/preferred-card.ts';
import { beginMoveHolds } from '../../operations/begin-move-holds.ts';
import { recordChanges } from '../../operations/change-audit.ts';
import { applicantKey, cardKey } from '../../operations/locks.ts';
import { OperationRefused, refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import {
  cardsToEnd,
  cardsToIssue,
  leavingField,
  type MergedRecord,
  mergeProblems,
  mergeRefusals,
  stayingField,
} from '../rules/merging.ts';
import { problem } from '../rules/problem.ts';
import { plannedCard } from './plan-approval.ts';
import type { CredentialServices, CredentialTask } from './services.ts';
import { endCard } from './steps/end-card.ts';
import { lock, requireNumberForm } from './steps/locks.ts';
import { recordCardChanges } from './steps/record-card-changes.ts';
import { registerCard } from './steps/register-card.ts';
import { setPatronStatus } from './steps/set-patron-status.ts';

const input = z.object({ leavingPatronId: z.string(), stayingPatronId: z.string() });
const plan = input.extend({
  /** The audited fields of the leaving record. */
  leavingFields: z.array(z.string()),
  /** The numbers of the leaving record's cards that have not ended. */
  cardsToEnd: z.array(z.string()),
  /** The numbers of all cards of the leaving record, because holds may be on any of them. */
  cardsOfHolds: z.array(z.string()),
  cardsToIssue: z.array(plannedCard),
  /** Whether the record that stays is suspended. If so, new cards are blocked as soon as they are issued (R15). */
  isSuspended: z.boolean(),
});
type Input = z.infer<typeof input>;
type Plan = z.infer<typeof plan>;

/**
 * Merges two records of one person: the leaving record into the record that stays (R7, R9). Card management can't move
 * a card to another patron. So the cards of the leaving record are ended, and new cards are issued to the record that
 * stays. Loans stay on the ended cards until they are returned. Meanwhile, the loans of both records count together.
 * Then the leaving record is closed (`close-merged-patron.ts`).
 *
 * 1. The registry suspends the leaving record. This is safe to repeat, because the record is read first. If the
 *    registry refuses, the operation is refused, because nothing else was done yet.
 * 2. The journal merges the records. From then on, both have one quota. This is safe to repeat, because the journal
 *    stores the operation's id with the merge. Both records are locked, so no other operation can have merged them.
 * 3. The merge is recorded in the audit of both records.
 * 4. Each card of the leaving record is ended. `endCard` explains why this is safe to repeat.
 * 5. Card management issues the new cards, and recognises the reference `<operation id> <kind>`. It refuses if a
 *    counter has just issued a card of this kind. The refusal is ignored. Circulation registers each card, and blocks
 *    it if the patron is suspended.
 * 6. The queued holds move to a card in use, as after a replacement (R25). For each card of the leaving record, a
 *    separate operation is begun once.
 */
export const mergePatrons: Procedure<CredentialServices, Input, Plan> = {
  kind: 'MERGE_PATRONS',
  input,
  plan,
  patronOf: ({ stayingPatronId }) => stayingPatronId,
  prepare: planMerge,
  async carryOut(task, planned) {
    const { services, operation, caller, signal } = task;
    const { leavingPatronId, stayingPatronId } = planned;
    await setPatronStatus(task, leavingPatronId, 'SUSPENDED', leavingField);
    await mergeInJournal(task, planned);
    await recordChanges(task, leavingPatronId, planned.leavingFields);
    await recordChanges(task, stayingPatronId, ['mergedFrom']);
    for (const number of planned.cardsToEnd) {
      await endCard(task, number);
    }
    const issued = await issueCards(task, planned);
    const [cards = []] = await services.cards.cardsByPatron([stayingPatronId], signal);
    const to = preferredCard(cards)?.libraryCardNumber;
    if (to !== undefined) {
      for (const from of planned.cardsOfHolds) {
        await beginMoveHolds(services, operation, caller, { patronId: stayingPatronId, from, to }, from);
      }
    }
    return { leavingPatronId, stayingPatronId, issued };
  },
};

/**
 * Plans the merge. Locks both records and the cards to end, so that no other operation changes them meanwhile.
 * @throws OperationRefused if the records can't be merged, or if another open operation has locked one of them
 */
async function planMerge(task: CredentialTask, { leavingPatronId, stayingPatronId }: Input): Promise<Plan> {
  if (leavingPatronId === stayingPatronId) {
    throw new OperationRefused([problem('SAME_RECORD', leavingField)]);
  }
  requireNumberForm(leavingPatronId, leavingField);
  requireNumberForm(stayingPatronId, stayingField);
  await lock(task, applicantKey(leavingPatronId), applicantKey(stayingPatronId));
  const [leaving, staying] = await readRecords(task, leavingPatronId, stayingPatronId);
  refuseIfAny(mergeProblems(leaving, staying));
  const ending = cardsToEnd(leaving.cards).map(({ libraryCardNumber }) => libraryCardNumber);
  if (ending.length > 0) {
    await lock(task, ...ending.map(cardKey));
  }
  return {
    leavingPatronId,
    stayingPatronId,
    leavingFields: leaving.patron?.status === 'ACTIVE' ? ['mergedInto', 'status'] : ['mergedInto'],
    cardsToEnd: ending,
    cardsOfHolds: leaving.cards.map(({ libraryCardNumber }) => libraryCardNumber),
    cardsToIssue: [...cardsToIssue(leaving, staying)],
    isSuspended: staying.patron?.status === 'SUSPENDED',
  };
}

async function readRecords(
  { services, signal }: CredentialTask,
  leavingId: string,
  stayingId: string,
): Promise<readonly [MergedRecord, MergedRecord]> {
  const ids = [leavingId, stayingId];
  const [patrons, merges, cards] = await Promise.all([
    services.patrons.findMany(ids, signal),
    services.merged.mergesOf(ids),
    services.cards.cardsByPatron(ids, signal),
  ]);
  const recordAt = (at: 0 | 1): MergedRecord => ({
    patron: patrons[at] ?? null,
    merges: merges[at] ?? { into: null, from: [] },
    cards: cards[at] ?? [],
  });
  return [recordAt(0), recordAt(1)];
}

/** @throws Error if another operation has merged one of the records, which the locks make impossible */
async function mergeInJournal(
  { services, operation }: CredentialTask,
  { leavingPatronId: leavingId, stayingPatronId: stayingId }: Plan,
): Promise<void> {
  const refusal = await services.merged.mergePatrons({ leavingId, stayingId, operationId: operation.id });
  if (refusal !== null) {
    throw new Error(`the records were merged by another operation: ${mergeRefusals[refusal].code}`);
  }
}

/** Resolves to the numbers of the cards that were issued. */
async function issueCards(
  task: CredentialTask,
  { stayingPatronId: patronId, cardsToIssue: cards, isSuspended }: Plan,
): Promise<readonly string[]> {
  const { services, operation, signal } = task;
  const issued: string[] = [];
  for (const card of cards) {
    const reference = `${operation.id} ${card.kind}`;
    const answer = await services.cards.issueCard(reference, { ...card, patronId }, signal);
    if ('refused' in answer) {
      continue;
    }
    const { libraryCardNumber } = answer.credential;
    await recordCardChanges(task, answer.credential, ['issuedOn']);
    await registerCard(task, patronId, libraryCardNumber, isSuspended);
    issued.push(libraryCardNumber);
  }
  return issued;
}
