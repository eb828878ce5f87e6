import type { DocumentPolicy } from '../access/documents/policy.ts';
import type { AnswerRequest, GraphQLRequest } from '../engine/host.ts';
import type { GraphQLResult, SentParameters } from '../engine/request.ts';

/** A request whose document has not been found yet. */
export interface SentRequest extends Omit<GraphQLRequest, 'parameters'> {
  readonly parameters: SentParameters;
}

export type AnswerSent = (request: SentRequest) => Promise<GraphQLResult>;

/** A request with its document, or the refusal of the policy. */
type Requested =
  | { readonly kind: 'refused'; readonly result: GraphQLResult }
  | {
      readonly kind: 'document';
      readonly request: GraphQLRequest;
      /** Registers the document if the client has requested that. Call this after the document was executed. */
      readonly register: () => void;
    };

/** Finds the document of each request. Then answers the request, unless the policy refuses the document. */
export function answerRequestedDocuments(answer: AnswerRequest, policy: DocumentPolicy): AnswerSent {
  return (request) =>
    hasTextAlone(request) && policy.servesEveryText(request.caller)
      ? answer(request)
      : answerAsDecided(request, answer, policy);
}

/** Finds the document of a request, if the policy serves it. */
export function requestedDocument(request: SentRequest, policy: DocumentPolicy): Requested {
  if (hasTextAlone(request) && policy.servesEveryText(request.caller)) {
    return { kind: 'document', request, register: () => undefined };
  }
  const decision = policy.decide(request.parameters, request.caller);
  if (!decision.served) {
    const { code, message } = decision.refusal;
    return { kind: 'refused', result: { errors: [{ message, extensions: { code } }] } };
  }
  const { query, register } = decision;
  return {
    kind: 'document',
    request: { ...request, parameters: { ...request.parameters, query } },
    register: () => (register === null ? undefined : policy.register(register, query)),
  };
}

function hasTextAlone(request: SentRequest): request is GraphQLRequest {
  return request.parameters.query !== undefined && request.parameters.documentId === undefined;
}

async function answerAsDecided(
  sent: SentRequest,
  answer: AnswerRequest,
  policy: DocumentPolicy,
): Promise<GraphQLResult> {
  const found = requestedDocument(sent, policy);
  if (found.kind === 'refused') {
    return found.result;
  }
  const result = await answer(found.request);
  if (result.data !== undefined) {
    found.register();
  }
  return result;
}
