/** The work of staff on findings: they acknowledge, repair and close them. */
import { z } from 'zod';
import type { FindingKey, FindingKind, FindingState, WorkedFinding } from '../../../store/journal/port.ts';
import { type Repair, repairs } from '../../operations/books/patron-rules.ts';
import { ensureBlocked, ensureInCirculation } from '../../operations/card-change.ts';
import { recordChanges } from '../../operations/change-audit.ts';
import { prepareAndSendMs, settlingMs } from '../../operations/change-times.ts';
import { cardKey } from '../../operations/locks.ts';
import { type Procedure, resume, type Task, Unfinished } from '../../operations/procedure.ts';
import { reconcileAgainMs } from '../../operations/reconcile-change.ts';
import type { Reconcile } from '../../operations/reconciler.ts';
import { maxReason } from '../rules/limits.ts';
import { refused } from '../rules/problems.ts';
import type { FindingServices } from './finding-services.ts';
import { isRepairNeeded } from './is-repair-needed.ts';
import { requireCertain, settleByEvidence } from './settle-by-evidence.ts';

type FindingTask = Task<FindingServices>;

const input = z.object({ findingId: z.string() });
const closeInput = input.extend({ reason: z.string() });
const plan = z.object({ findingId: z.string() });
const closePlan = plan.extend({ reason: z.string() });
const repairPlan = plan.extend({
  patronId: z.string(),
  libraryCardNumber: z.string(),
  repair: z.enum(['BLOCK_CARD', 'UNBLOCK_CARD', 'REGISTER_CARD']),
});

/** The input of staff, with their reference. */
export type FindingInput = z.infer<typeof input> & { readonly reference: string };
export type CloseFindingInput = z.infer<typeof closeInput> & { readonly reference: string };

/** The form of a finding's id in the graph: the two parts of its key. */
const findingId = /^([0-9A-Za-z_-]{22})\.([A-Z_]{1,32})$/;

export const findingIdOf = ({ id, kind }: FindingKey): string => `${id}.${kind}`;

/** The key of a finding. Null for a text that is not the id of a finding. */
export function findingKeyOf(text: string): FindingKey | null {
  const [, id, kind] = findingId.exec(text) ?? [];
  // The kind is not checked here. No finding has an unknown kind, so none is found.
  return id === undefined || kind === undefined ? null : { id, kind: kind as FindingKind };
}

/** Records that a member of staff works on a finding. */
export const acknowledgeFinding: Procedure<FindingServices, z.infer<typeof input>, z.infer<typeof plan>> = {
  kind: 'ACKNOWLEDGE_FINDING',
  input,
  plan,
  async prepare(task, asked) {
    await requireOpen(task, asked.findingId);
    return asked;
  },
  async carryOut(task, planned) {
    await changeState(task, planned.findingId, 'ACKNOWLEDGED');
    return planned;
  },
};

/**
 * Closes a finding with a reason. If it is about an operation that never settles, the operation is settled, too, by the
 * events in the books.
 * @param isCertain whether this process has watched long enough that no request of such an operation is on its way
 */
const closeFindingWhere = (
  isCertain: boolean,
): Procedure<FindingServices, z.infer<typeof closeInput>, z.infer<typeof closePlan>> => ({
  kind: 'CLOSE_FINDING',
  input: closeInput,
  plan: closePlan,
  async prepare(task, { findingId: text, reason }) {
    const trimmed = reason.trim();
    if (trimmed === '' || trimmed.length > maxReason || /\p{Cc}/u.test(trimmed)) {
      throw refused('INVALID', { field: ['reason'] });
    }
    const finding = await requireOpen(task, text);
    if (finding.kind === stuck) {
      await requireCertain(task.services, finding.id);
    }
    return { findingId: text, reason: trimmed };
  },
  async carryOut(task, { findingId: text, reason }) {
    const key = findingKeyOf(text);
    if (key?.kind === stuck) {
      if (!isCertain) {
        throw new Unfinished('CLOSE_FINDING');
      }
      await settleByEvidence(task.services, key.id);
    }
    await changeState(task, text, 'CLOSED', reason);
    return { findingId: text };
  },
});

const stuck = 'NEVER_SETTLES' satisfies FindingKind;

/** Closes a finding, in the request. Settling an operation takes longer, so the reconciler does it. */
export const closeFinding = closeFindingWhere(false);

/**
 * Repairs a finding about a card: blocks, unblocks or registers it in circulation. Everything is read again while no
 * other operation can change the card. If the systems agree by then, nothing is changed.
 */
export const repairFinding: Procedure<FindingServices, z.infer<typeof input>, z.infer<typeof repairPlan>> = {
  kind: 'REPAIR_FINDING',
  input,
  plan: repairPlan,
  async prepare(task, { findingId: text }) {
    const { services, operation, signal } = task;
    const { id, kind, patronId, evidence } = await requireOpen(task, text);
    const repair = repairs[kind];
    const libraryCardNumber = evidence?.libraryCardNumber ?? null;
    if (repair === undefined || patronId === null || libraryCardNumber === null) {
      throw refused('NOTHING_TO_REPAIR');
    }
    if ((await services.journal.lock(operation.id, [cardKey(libraryCardNumber)])) !== null) {
      throw refused('ANOTHER_OPERATION_OPEN', { patronId });
    }
    if (!(await isRepairNeeded(services, { repair, patronId, libraryCardNumber }, signal))) {
      await services.findings.changeFinding({ id, kind }, { state: 'RESOLVED', by: null, reason: null });
      throw refused('FINDING_NOT_OPEN', { patronId });
    }
    return { findingId: text, patronId, libraryCardNumber, repair };
  },
  async carryOut(task, { findingId: text, patronId, libraryCardNumber, repair }) {
    if (!(await repairCard(task, repair, patronId, libraryCardNumber))) {
      throw refused('SYSTEM_UNAVAILABLE', { patronId });
    }
    await recordChanges(task, patronId, ['credential.block']);
    await changeState(task, text, 'RESOLVED');
    return { findingId: text };
  },
};

/**
 * Repairs the card. If the patron is suspended or closed, the block is recorded as one of the standing. So it is lifted
 * when the patron becomes active again (R15). Resolves to false if circulation refuses the change.
 * @throws Unfinished until the outcome is known.
 */
async function repairCard(
  { services, operation, signal }: FindingTask,
  repair: Repair,
  patronId: string,
  libraryCardNumber: string,
): Promise<boolean> {
  if (repair === 'BLOCK_CARD') {
    const [patron] = await services.patrons.findMany([patronId], signal);
    if (patron != null && patron.status !== 'ACTIVE') {
      await services.standingBlocks.keepStandingBlocks(patronId, [libraryCardNumber]);
    }
    await ensureBlocked(services, operation, libraryCardNumber);
    return true;
  }
  return await ensureInCirculation(services, operation, repair, libraryCardNumber);
}

/** The finding, if somebody still has to work on it. */
async function requireOpen({ services, patron }: FindingTask, text: string): Promise<WorkedFinding> {
  const key = findingKeyOf(text);
  const finding = key === null ? null : await services.findings.findFinding(key);
  if (finding === null) {
    throw refused('FINDING_NOT_FOUND');
  }
  if (finding.patronId !== null) {
    patron.learn(finding.patronId);
  }
  if (finding.state !== 'OPEN' && finding.state !== 'ACKNOWLEDGED') {
    throw refused('FINDING_NOT_OPEN');
  }
  return finding;
}

/** Changes the state in the caller's name. If the procedure is repeated, the state may be changed already. */
async function changeState(
  { services, caller: by }: FindingTask,
  text: string,
  state: FindingState,
  reason: string | null = null,
): Promise<void> {
  const key = findingKeyOf(text);
  if (key !== null) {
    await services.findings.changeFinding(key, { state, by, reason });
  }
}

/** The functions that reconcile work on findings, by kind of operation. */
export function findingRecovery(services: FindingServices): Readonly<Record<string, Reconcile>> {
  const watchMs = prepareAndSendMs + settlingMs(services.times);
  const close = resume(services, closeFindingWhere(true));
  return {
    [acknowledgeFinding.kind]: resume(services, acknowledgeFinding),
    [repairFinding.kind]: resume(services, repairFinding),
    // The database's clock may have been put forward. So this process also waits by its own clock, from the moment at
    // which the closing was begun.
    [closeFinding.kind]: async (due, signal) =>
      due.observedMs > watchMs ? await close(due, signal) : reconcileAgainMs,
  };
}
