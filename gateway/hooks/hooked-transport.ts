import { SubgraphFailure, type SubgraphRequest } from '../executor/index.ts';
import type { Transport, TransportResponse } from '../transport/transport.ts';
import type { HookOperation, SubgraphAnswerEvent } from './hooks.ts';
import { operationFor, type Refusal, type RequestHooks } from './request-hooks.ts';

/** The largest number of error codes that a hook gets. */
const maxCodes = 8;

/** Calls the hooks `subgraphRequest` and `subgraphAnswer` around each request to a subgraph. */
export function hookTransport(
  transport: Transport,
  hooks: RequestHooks,
  operation: HookOperation,
): Transport {
  return async (request, ...rest) => {
    const { subgraph, operation: text, kind: type, variables } = request;
    const fetched = { operation: operationFor(operation), subgraph, type };
    const { refusal, headers } = await hooks.beforeFetch({ ...fetched, variables }, text);
    if (refusal !== null) {
      return refused(refusal);
    }
    const startedAt = performance.now();
    const judge = (answer: Pick<SubgraphAnswerEvent, 'failure' | 'codes'>) =>
      hooks.afterFetch({ ...fetched, ms: performance.now() - startedAt, ...answer });
    try {
      const response = await transport({ ...request, headers }, ...rest);
      const unusable = await judge({ failure: null, codes: codesIn(response) });
      return unusable === null ? response : refused(unusable);
    } catch (error) {
      if (error instanceof SubgraphFailure) {
        await judge({ failure: error.code, codes: [] });
      }
      throw error;
    }
  };
}

/**
 * Calls the hook `subgraphRequest` before a stream is opened. Returns the headers that the hook adds. If the hook
 * refuses, `answer` is the answer in place of the stream. Otherwise it is null.
 */
export async function hookBeforeStream(
  { subgraph, operation: text, kind: type, variables }: SubgraphRequest,
  hooks: RequestHooks,
  operation: HookOperation,
): Promise<{
  readonly headers: Readonly<Record<string, string>>;
  readonly answer: TransportResponse | null;
}> {
  const event = { operation: operationFor(operation), subgraph, type, variables };
  const { refusal, headers } = await hooks.beforeFetch(event, text);
  return { headers, answer: refusal === null ? null : refused(refusal) };
}

/** The answer if a hook has refused a request or its answer. It has neither data nor headers of the subgraph. */
const refused = ({ code, message }: Refusal): TransportResponse => ({
  errors: [{ message, extensions: { code } }],
});

/** The executor has not checked the errors yet, so they may be anything. */
function codesIn({ errors }: TransportResponse): readonly string[] {
  const codes = new Set<string>();
  for (const error of Array.isArray(errors) ? errors : []) {
    const code: unknown = error?.extensions?.code;
    if (typeof code === 'string' && codes.size < maxCodes) {
      codes.add(code);
    }
  }
  return [...codes];
}
