import { ApproveDocument, RejectTogetherDocument } from '../../operations.generated.ts';
import { type DecideBatches, decideWith, decisionIn, sameForAll, textsOf } from './decide-batches.ts';

/** Approves the only application of each batch, because an operation can't approve more than one. */
export const approveEach: DecideBatches = decideWith({
  send: (graph, { reference, applicationIds: [applicationId = ''] }) =>
    graph.ask(ApproveDocument, { input: { reference, applicationId } }),
  payloadOf: ({ approveApplication }) => approveApplication,
  decidedIn: (_, batch) => sameForAll(batch, decisionIn('done')),
});

/** The maximum number of applications that the graph rejects in one operation. */
export const maxRejectedTogether = 50;

const stateOf = {
  DONE: 'done',
  PARTLY_DONE: 'refused',
  REFUSED: 'refused',
  UNSETTLED: 'unsettled',
} as const;

export const rejectTogether = (reason: string): DecideBatches =>
  decideWith({
    send: (graph, { reference, applicationIds }) =>
      graph.ask(RejectTogetherDocument, { input: { reference, applicationIds, reason } }),
    payloadOf: ({ rejectApplications }) => rejectApplications,
    decidedIn: ({ outcomes }) =>
      outcomes.map(({ applicationId, state, problems }) => [
        applicationId,
        decisionIn(stateOf[state], textsOf(problems)),
      ]),
  });
