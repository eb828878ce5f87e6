import { z } from 'zod';
import { refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import type { PatronServices } from '../context.ts';
import { type PatronProblem, problem } from '../rules/problems.ts';
import { readPatron } from './read-patron.ts';
import { carryOutChange } from './standing/carry-out.ts';
import { planChange, type RecordPlan, recordPlan, type Standing } from './standing/plan.ts';

const input = z.object({ patronId: z.string() });
type Input = z.infer<typeof input>;

/**
 * The operations that change a patron's standing (R15). Each makes the change in all systems. It may also be requested
 * if the registry has that standing already, for example after a change at the registry's own terminal. Then the
 * registry's record stays as it is, and the other steps are carried out.
 */
export const suspendPatron = turn('SUSPEND_PATRON', 'SUSPENDED', {
  CLOSED: problem('PATRON_CLOSED', 'patronId'),
});
export const liftSuspension = turn('LIFT_SUSPENSION', 'ACTIVE', {
  CLOSED: problem('PATRON_CLOSED', 'patronId'),
});
export const closePatron = turn('CLOSE_PATRON', 'CLOSED', {});
export const reopenPatron = turn('REOPEN_PATRON', 'ACTIVE', {
  SUSPENDED: problem('WRONG_STATE', 'patronId'),
});

/**
 * Returns the procedure that changes the standing to `to`. `suspend-record.ts`, `close-record.ts` and `lift-blocks.ts`
 * describe the steps.
 * @param obstacles the problem for each present standing that does not allow the change
 */
function turn(
  kind: string,
  to: Standing,
  obstacles: Readonly<Partial<Record<Standing, PatronProblem>>>,
): Procedure<PatronServices, Input, RecordPlan> {
  return {
    kind,
    input,
    plan: recordPlan,
    patronOf: ({ patronId }) => patronId,
    async prepare(task, { patronId }) {
      const patron = await readPatron(task, patronId);
      const obstacle = obstacles[patron.status];
      refuseIfAny(obstacle === undefined ? [] : [obstacle]);
      const { version, status } = patron;
      const changes = status === to ? {} : { status: to };
      return await planChange(task, patron, { version, changes, to, standingField: 'patronId' });
    },
    carryOut: carryOutChange,
  };
}
