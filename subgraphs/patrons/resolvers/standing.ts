import type { Operation } from '../../../store/journal/port.ts';
import { startProcedure } from '../../operations/procedure.ts';
import { operationFields, payloadFields } from '../../operations/results/payload.ts';
import { requireRead } from '../../runtime/caller.ts';
import type { PatronsContext } from '../context.ts';
import { closePatron, liftSuspension, reopenPatron, suspendPatron } from '../procedures/change-standing.ts';
import { andReadAgain } from './amendments.ts';

interface StandingArguments {
  readonly input: { readonly reference: string; readonly patronId: string };
}

/** The mutations that change a patron's standing, for staff only (R15, R27). */
export const standingMutations = {
  suspendPatron: turnBy(suspendPatron),
  liftSuspension: turnBy(liftSuspension),
  closePatron: turnBy(closePatron),
  reopenPatron: turnBy(reopenPatron),
};

function turnBy(procedure: typeof suspendPatron) {
  return (
    _: unknown,
    { input: { reference, ...input } }: StandingArguments,
    context: PatronsContext,
  ): Promise<Operation> => {
    const { services, caller, signal } = context;
    requireRead(caller, null, ['patrons:write']);
    return andReadAgain(context, startProcedure(services, procedure, caller, reference, input, signal));
  };
}

/** Resolvers for the payloads and for the types that implement `Operation`. Both show the patron. */
export const standingResults = {
  SuspendPatronPayload: payloadFields,
  SuspendPatronOperation: operationFields,
  LiftSuspensionPayload: payloadFields,
  LiftSuspensionOperation: operationFields,
  ClosePatronPayload: payloadFields,
  ClosePatronOperation: operationFields,
  ReopenPatronPayload: payloadFields,
  ReopenPatronOperation: operationFields,
};
