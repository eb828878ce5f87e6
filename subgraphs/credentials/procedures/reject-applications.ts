import { z } from 'zod';
import { oneLine } from '../../library/contact.ts';
import { OperationRefused, refuseIfAny } from '../../operations/operation-refused.ts';
import type { Problem } from '../../operations/problem.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { type RejectionOutcome, rejectionOutcome } from '../../operations/results/card-results.ts';
import { openProblems, rejectionProblems } from '../rules/applications/decision.ts';
import { maxRejections } from '../rules/limits.ts';
import { invalid, problem } from '../rules/problem.ts';
import { reject } from './decide-application.ts';
import type { CredentialServices, CredentialTask } from './services.ts';
import { applicationKey, lockNumber } from './steps/locks.ts';

const input = z.object({ applicationIds: z.array(z.string()).readonly(), reason: z.string() });
type Input = z.infer<typeof input>;

/** There is an outcome for each application. An application whose outcome has problems is not rejected. */
const plan = z.object({ reason: z.string(), outcomes: z.array(rejectionOutcome).readonly() });
type Plan = z.infer<typeof plan>;

/**
 * Rejects several applications for one reason. Each application has an outcome of its own. The operation has no patron,
 * because it is about several.
 *
 * 1. The applications that were open when the operation was planned are rejected, one after the other. This is safe to
 *    repeat, as {@link reject} explains.
 */
export const rejectApplications: Procedure<CredentialServices, Input, Plan> = {
  kind: 'REJECT_APPLICATIONS',
  input,
  plan,
  async prepare(task, { applicationIds, reason }) {
    const ids = [...new Set(applicationIds)];
    const isCount = ids.length >= 1 && ids.length <= maxRejections;
    refuseIfAny([
      ...(isCount ? [] : [invalid('APPLICATIONS_COUNT', 'applicationIds')]),
      ...rejectionProblems(reason),
    ]);
    const outcomes: RejectionOutcome[] = [];
    for (const applicationId of ids) {
      const problems = await problemsOf(() => lockOpen(task, applicationId));
      outcomes.push({ applicationId, problems });
    }
    return { reason: oneLine(reason), outcomes };
  },
  async carryOut(task, { reason, outcomes }) {
    const rejected: RejectionOutcome[] = [];
    for (const { applicationId, problems } of outcomes) {
      const found =
        problems.length > 0 ? problems : await problemsOf(() => reject(task, applicationId, reason));
      rejected.push({ applicationId, problems: found });
    }
    return {
      outcomes: rejected.map(({ applicationId, problems }) => ({
        applicationId,
        problems: problems.map(stored),
      })),
    };
  },
};

/**
 * Locks an open application.
 * @throws OperationRefused if there is no such application, if it is not open, or if another operation has locked it.
 */
async function lockOpen(task: CredentialTask, applicationId: string): Promise<void> {
  await lockNumber(task, applicationKey, applicationId, 'applicationIds');
  const [application] = await task.services.cards.applicationsById([applicationId], task.signal);
  if (application == null) {
    throw new OperationRefused([problem('NOT_FOUND', 'applicationIds')]);
  }
  refuseIfAny(openProblems(application));
}

/** The problems for which `step` is refused. Their field is the input's list of ids. */
async function problemsOf(step: () => Promise<void>): Promise<readonly Problem[]> {
  try {
    await step();
    return [];
  } catch (error) {
    if (error instanceof OperationRefused) {
      return error.problems.map(({ code, message }) => ({ code, message, field: ['applicationIds'] }));
    }
    throw error;
  }
}

const stored = ({ code, message, field }: Problem) => ({ code, message, field });
