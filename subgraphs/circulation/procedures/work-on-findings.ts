/** The work of staff on findings: they acknowledge, repair and close them. */
import { z } from 'zod';
import type { FindingKind } from '../../../store/journal/port.ts';
import { type Repair, repairs } from '../../operations/books/patron-rules.ts';
import { ensureBlocked, ensureInCirculation } from '../../operations/card-change.ts';
import { recordChanges } from '../../operations/change-audit.ts';
import { prepareAndSendMs, settlingMs } from '../../operations/change-times.ts';
import { cardKey } from '../../operations/locks.ts';
import { type Procedure, resume, Unfinished } from '../../operations/procedure.ts';
import { reconcileAgainMs } from '../../operations/reconcile-change.ts';
import type { Reconcile } from '../../operations/reconciler.ts';
import { maxReason } from '../rules/limits.ts';
import { refused } from '../rules/problems.ts';
import type { FindingServices } from './finding-services.ts';
import {
  changeOrRefuse,
  changeState,
  type FindingTask,
  findingKeyOf,
  requireOpen,
  seenFinding,
} from './finding-state.ts';
import { isRepairNeeded } from './is-repair-needed.ts';
import { requireEvidence, settleByEvidence } from './settle-by-evidence.ts';

/** `version` is the version of the finding that the caller has seen. */
const input = seenFinding;
const closeInput = input.extend({ reason: z.string() });
/** `version` is the version of the finding that is changed. Plans of earlier releases don't have it. */
const plan = seenFinding;
const closePlan = plan.extend({ reason: z.string() });
const repairPlan = plan.extend({
  patronId: z.string(),
  libraryCardNumber: z.string(),
  repair: z.enum(['BLOCK_CARD', 'UNBLOCK_CARD', 'REGISTER_CARD']),
});

/** Records that a member of staff works on a finding. */
export const acknowledgeFinding: Procedure<FindingServices, z.infer<typeof input>, z.infer<typeof plan>> = {
  kind: 'ACKNOWLEDGE_FINDING',
  input,
  plan,
  async prepare(task, asked) {
    const { version } = await requireOpen(task, asked);
    return { findingId: asked.findingId, version: String(version) };
  },
  async carryOut(task, planned) {
    await changeOrRefuse(task, planned, 'ACKNOWLEDGED');
    return { findingId: planned.findingId };
  },
};

/**
 * Closes a finding with a reason. If the finding is about an operation that never settles, that operation is settled,
 * too (`settleByEvidence`).
 * @param isCertain whether this process has waited long enough that no request of that operation is on its way
 */
const closeFindingWhere = (
  isCertain: boolean,
): Procedure<FindingServices, z.infer<typeof closeInput>, z.infer<typeof closePlan>> => ({
  kind: 'CLOSE_FINDING',
  input: closeInput,
  plan: closePlan,
  async prepare(task, { reason, ...asked }) {
    const trimmed = reason.trim();
    if (trimmed === '' || trimmed.length > maxReason || /\p{Cc}/u.test(trimmed)) {
      throw refused('INVALID', { field: ['reason'] });
    }
    const finding = await requireOpen(task, asked);
    if (finding.kind === stuck) {
      await requireEvidence(task.services, finding.id);
    }
    return { findingId: asked.findingId, version: String(finding.version), reason: trimmed };
  },
  async carryOut(task, { reason, ...planned }) {
    const key = findingKeyOf(planned.findingId);
    if (key?.kind === stuck) {
      if (!isCertain) {
        throw new Unfinished('CLOSE_FINDING');
      }
      await settleByEvidence(task.services, key.id);
    }
    await changeOrRefuse(task, planned, 'CLOSED', reason);
    return { findingId: planned.findingId };
  },
});

const stuck = 'NEVER_SETTLES' satisfies FindingKind;

/** Closes a finding in the request. If an operation must be settled first, the reconciler does both later. */
export const closeFinding = closeFindingWhere(false);

/**
 * Repairs a finding about a card: blocks, unblocks or registers the card in circulation. The card is locked, and then
 * everything is read again, including the finding, because another operation may have repaired the card before. If no
 * repair is needed any more, circulation is not changed, and the finding is resolved.
 *
 * If the process ends after the repair, the procedure is continued, and the finding is resolved then. But if the
 * finding was opened again meanwhile, it stays open, because there is a new difference.
 */
export const repairFinding: Procedure<FindingServices, z.infer<typeof input>, z.infer<typeof repairPlan>> = {
  kind: 'REPAIR_FINDING',
  input,
  plan: repairPlan,
  async prepare(task, asked) {
    const { services, operation, signal } = task;
    const { kind, patronId, evidence } = await requireOpen(task, asked);
    const repair = repairs[kind];
    const libraryCardNumber = evidence?.libraryCardNumber ?? null;
    if (repair === undefined || patronId === null || libraryCardNumber === null) {
      throw refused('NOTHING_TO_REPAIR');
    }
    if ((await services.journal.lock(operation.id, [cardKey(libraryCardNumber)])) !== null) {
      throw refused('ANOTHER_OPERATION_OPEN', { patronId });
    }
    const finding = await requireOpen(task, asked);
    if (!(await isRepairNeeded(services, { repair, patronId, libraryCardNumber }, signal))) {
      const resolved = { state: 'RESOLVED', by: null, reason: null } as const;
      await services.findings.changeFinding(finding, resolved, finding.version);
      throw refused('FINDING_NOT_OPEN', { patronId });
    }
    const version = String(finding.version);
    return { findingId: asked.findingId, version, patronId, libraryCardNumber, repair };
  },
  async carryOut(task, { patronId, libraryCardNumber, repair, ...planned }) {
    if (!(await repairCard(task, repair, patronId, libraryCardNumber))) {
      throw refused('SYSTEM_UNAVAILABLE', { patronId });
    }
    await recordChanges(task, patronId, ['credential.block']);
    await changeState(task, planned, 'RESOLVED');
    return { findingId: planned.findingId };
  },
};

/**
 * Makes the repair in circulation. If the patron of a blocked card is suspended or closed, the reason for the block is
 * recorded. So the block is lifted when the patron becomes active again (R15). Resolves to false if circulation refuses
 * the change.
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

/** The functions that continue staff's work on findings, by kind of operation. */
export function findingRecovery(services: FindingServices): Readonly<Record<string, Reconcile>> {
  const watchMs = prepareAndSendMs + settlingMs(services.times);
  const close = resume(services, closeFindingWhere(true));
  return {
    [acknowledgeFinding.kind]: resume(services, acknowledgeFinding),
    [repairFinding.kind]: resume(services, repairFinding),
    // The database's clock may have been set forward. So this process also waits by its own clock, from when it first
    // saw the operation.
    [closeFinding.kind]: async (due, signal) =>
      due.observedMs > watchMs ? await close(due, signal) : reconcileAgainMs,
  };
}
