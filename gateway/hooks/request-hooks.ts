import type { GraphQLFormattedError } from 'graphql';
import { nameToShow } from '../../platform/telemetry/operation-name.ts';
import type { Caller } from '../access/caller.ts';
import { isJsonObject, LongNumber } from '../executor/index.ts';
import type {
  Asks,
  EndEvent,
  ErrorEvent,
  HookError,
  HookEvent,
  HookOperation,
  OperationEvent,
  Rejection,
  RequestEvent,
  ShownError,
  SubgraphAnswerEvent,
  SubgraphRequestEvent,
} from './hooks.ts';
import type { OpenHooks } from './open-hooks.ts';
import type { HookRunner } from './run-hook.ts';
import { writtenValues } from './written-values.ts';

/** The parts of a client's request that hooks may ask for. */
export interface AskedRequest {
  readonly id: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/** Why something is refused, for the client. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/**
 * The result of calling a hook. `refusal` is null if nothing is refused. If a hook fails, the request, operation or
 * answer is refused.
 */
interface Decided<Decision> {
  readonly refusal: Refusal | null;
  readonly decision: Decision | null;
}

/** The event of a hook, without the properties that every hook's event has. */
type OwnEvent<Event extends HookEvent> = Omit<Event, keyof HookEvent>;

const notDecided: Refusal = {
  code: 'UNAVAILABLE',
  message: 'Whether this request may be answered can not be decided now: try again later.',
};
const notAsked = (subgraph: string): Refusal => ({
  code: 'SUBGRAPH_UNAVAILABLE',
  message: `The subgraph ${subgraph} was not asked: whether it may be can not be decided now.`,
});
const notUsed = (subgraph: string): Refusal => ({
  code: 'SUBGRAPH_UNAVAILABLE',
  message: `The subgraph ${subgraph} has answered, but whether its answer may be used can not be decided now.`,
});
const noHeaders: Readonly<Record<string, string>> = {};

/** The hooks of one request. Each method calls one hook, if it exists, and none of them rejects. */
export class RequestHooks {
  readonly #hooks: OpenHooks;
  readonly #request: AskedRequest;
  /** The data that the hook `request` gives to the other hooks. */
  #context: unknown = null;

  constructor(hooks: OpenHooks, request: AskedRequest) {
    this.#hooks = hooks;
    this.#request = request;
  }

  get decidesOperations(): boolean {
    return this.#hooks.operation !== null;
  }

  get watchesFetches(): boolean {
    return this.#hooks.subgraphRequest !== null || this.#hooks.subgraphAnswer !== null;
  }

  /** Returns null if the request may continue. */
  async beginRequest(event: OwnEvent<RequestEvent>): Promise<Refusal | null> {
    const { refusal, decision } = await this.#decide(this.#hooks.request, event, notDecided);
    this.#context = decision?.context ?? null;
    return refusal;
  }

  /** `text` is the operation. It still has the literals that were not replaced by variables. */
  async decideOperation(
    event: OwnEvent<OperationEvent>,
    text: string,
  ): Promise<{
    readonly refusal: Refusal | null;
    readonly policies: readonly string[];
    readonly labels: readonly string[];
  }> {
    const { operation } = this.#hooks;
    const asked = withVariables(event, text, operation?.asks);
    const { refusal, decision } = await this.#decide(operation, asked, notDecided);
    return { refusal, policies: decision?.policies ?? [], labels: decision?.labels ?? [] };
  }

  /** `text` is the document for the subgraph. */
  async beforeFetch(
    event: OwnEvent<SubgraphRequestEvent>,
    text: string,
  ): Promise<{
    readonly refusal: Refusal | null;
    readonly headers: Readonly<Record<string, string>>;
  }> {
    const { subgraphRequest } = this.#hooks;
    const asked = withVariables(event, text, subgraphRequest?.asks);
    const { refusal, decision } = await this.#decide(subgraphRequest, asked, notAsked(event.subgraph));
    return { refusal, headers: decision?.headers ?? noHeaders };
  }

  /** Calls the hook `subgraphAnswer`. Returns null if the answer may be used. */
  async afterFetch(event: OwnEvent<SubgraphAnswerEvent>): Promise<Refusal | null> {
    return (await this.#decide(this.#hooks.subgraphAnswer, event, notUsed(event.subgraph))).refusal;
  }

  /**
   * Returns an answer with its errors as the client may see them. If the hook fails, each error gets a general message.
   * Of its extensions, only `code` and `retryAfterSeconds` stay.
   */
  async showErrorsOf<Result extends { readonly errors?: readonly GraphQLFormattedError[] | undefined }>(
    result: Result,
    operation: HookOperation,
  ): Promise<Result> {
    const { error: runner } = this.#hooks;
    const { errors } = result;
    if (runner === null || errors === undefined) {
      return result;
    }
    const event: OwnEvent<ErrorEvent> = { operation: operationFor(operation), errors: errors.map(hookError) };
    const whole = { ...this.#eventFor(runner.asks), ...event };
    const outcome = await runner.run(whole, this.#callOf(this.#request.signal));
    const shown = outcome.failed ? errors.map(() => hiddenError) : outcome.decision?.errors;
    return shown === undefined
      ? result
      : { ...result, errors: errors.map((error, index) => shownAs(error, shown[index])) };
  }

  /** Calls the hook `end`. Nobody waits for this hook. */
  end(event: OwnEvent<EndEvent>): void {
    const { end } = this.#hooks;
    void end?.run({ ...this.#eventFor(end.asks), ...event }, this.#callOf(null));
  }

  async #decide<Event extends HookEvent, Decision extends { readonly reject?: Rejection | undefined }>(
    runner: HookRunner<Event, Decision> | null,
    event: OwnEvent<Event>,
    ifFailed: Refusal,
  ): Promise<Decided<Decision>> {
    if (runner === null) {
      return { refusal: null, decision: null };
    }
    const whole = { ...this.#eventFor(runner.asks), ...event } as Event;
    const outcome = await runner.run(whole, this.#callOf(this.#request.signal));
    if (outcome.failed) {
      return { refusal: ifFailed, decision: null };
    }
    const { decision } = outcome;
    const reject = decision?.reject;
    const refusal =
      reject === undefined ? null : { code: reject.code ?? 'FORBIDDEN', message: reject.message };
    return { refusal, decision };
  }

  #callOf(signal: AbortSignal | null) {
    return { requestId: this.#request.id, signal };
  }

  #eventFor({ headers: names = [], caller: asksForCaller = false }: Asks): HookEvent {
    const { id, headers: sent, caller } = this.#request;
    const headers: Record<string, string> = {};
    for (const name of names) {
      const value = sent[name];
      if (value !== undefined) {
        headers[name] = typeof value === 'string' ? value : value.join(', ');
      }
    }
    const { authenticated, issuer, subject, clientId, scopes } = caller;
    return {
      requestId: id,
      context: this.#context,
      headers,
      caller: asksForCaller ? { authenticated, issuer, subject, clientId, scopes: [...scopes] } : null,
    };
  }
}

/** The client's operation as hooks see it. */
export const operationFor = ({ name, type, hash }: HookOperation): HookOperation => ({
  name: name === null ? null : nameToShow(name),
  type,
  hash,
});

function withVariables<Event extends { readonly variables: Readonly<Record<string, unknown>> | null }>(
  event: Event,
  text: string,
  asks: Asks | undefined,
): Event {
  const variables = event.variables ?? {};
  return {
    ...event,
    variables: asks?.variables === true ? copyOf({ ...variables, ...writtenValues(text, variables) }) : null,
  };
}

/**
 * Copies a value, because a hook must not change the gateway's own data. A number that doesn't fit a double becomes its
 * text.
 */
function copyOf<Value>(value: Value): Value;
function copyOf(value: unknown): unknown {
  if (value instanceof LongNumber) {
    return value.text;
  }
  if (Array.isArray(value)) {
    return value.map((item) => copyOf(item));
  }
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, property]) => [name, copyOf(property)]))
    : value;
}

const hookError = ({ message, path, extensions = {} }: GraphQLFormattedError): HookError => ({
  message,
  path: path === undefined ? null : [...path],
  extensions: copyOf(extensions),
});

const hiddenError: ShownError = { message: 'Something went wrong here.' };

/** The client finds an error by its path and location, and programs decide by its code, so these stay. */
function shownAs(
  error: GraphQLFormattedError,
  { message, extensions }: ShownError = hiddenError,
): GraphQLFormattedError {
  const { code, retryAfterSeconds } = error.extensions ?? {};
  return { ...error, message, extensions: { ...extensions, code, retryAfterSeconds } };
}
