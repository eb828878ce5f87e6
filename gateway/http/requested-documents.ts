import type { DocumentPolicy } from '../access/documents/policy.ts';
import type { AnswerRequest, GraphQLRequest } from '../engine/host.ts';
import type { GraphQLResult, SentParameters } from '../engine/request.ts';

/** A request whose document has not been found yet. */
export interface SentRequest extends Omit<GraphQLRequest, 'parameters'> {
  readonly parameters: SentParameters;
}

export type AnswerSent = (request: SentRequest) => Promise<GraphQLResult>;

/** Finds the document of each request. Then answers the request, or refuses it if the policy says so. */
export function answerRequestedDocuments(answer: AnswerRequest, policy: DocumentPolicy): AnswerSent {
  return (request) =>
    hasTextAlone(request) && policy.servesEveryText(request.caller)
      ? answer(request)
      : answerAsDecided(request, answer, policy);
}

function hasTextAlone(request: SentRequest): request is GraphQLRequest {
  return request.parameters.query !== undefined && request.parameters.documentId === undefined;
}

async function answerAsDecided(
  request: SentRequest,
  answer: AnswerRequest,
  policy: DocumentPolicy,
): Promise<GraphQLResult> {
  const decision = policy.decide(request.parameters, request.caller);
  if (!decision.served) {
    const { code, message } = decision.refusal;
    return { errors: [{ message, extensions: { code } }] };
  }
  const { query, register } = decision;
  const result = await answer({ ...request, parameters: { ...request.parameters, query } });
  if (register !== null && result.data !== undefined) {
    policy.register(register, query);
  }
  return result;
}
