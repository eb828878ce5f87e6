/** A client for the graph over HTTP, without a cache. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { type AnsweredError, isBeforeMutation, type MissingValue, missingValues } from './missing.ts';

export interface GraphOptions {
  /** The endpoint, such as `https://graph.library.example.org/graphql`. */
  readonly url: string;
  /**
   * Returns the caller's access token, or null for operations that need none. Called for each request, so that the
   * token can be renewed.
   */
  token?(): string | null | Promise<string | null>;
  /** The language of messages: `en` or `zh-Hant`. */
  readonly language?: string;
  /** The default is the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Timeout for an answer, in ms. The default of 15,000 is longer than the graph's own limit. */
  readonly timeoutMs?: number;
}

export interface GraphAnswer<Data> {
  readonly data: Data;
  /** The values in `data` that are null because they could not be read. */
  readonly missing: readonly MissingValue[];
}

/**
 * The error of a request that returned no data: no answer came, the answer was not GraphQL, or the whole request was
 * rejected.
 */
export class GraphError extends Error {
  /**
   * The reasons that the graph gave for sending no data. Empty if no answer came, or if the answer was not GraphQL. See
   * `isRejected` for whether a mutation may have been done.
   */
  readonly missing: readonly MissingValue[];
  /** The HTTP status; null if no answer came. */
  readonly status: number | null;
  /** The delay that the graph requests, in ms: by default the longest in `missing`. Null if it requests none. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    {
      missing = [],
      status,
      retryAfterMs,
      cause,
    }: {
      readonly missing?: readonly MissingValue[];
      readonly status?: number;
      readonly retryAfterMs?: number | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause });
    this.name = 'GraphError';
    this.missing = missing;
    this.status = status ?? null;
    this.retryAfterMs = retryAfterMs ?? longestDelayIn(missing);
  }

  /** Whether the same request may succeed later, but not before `retryAfterMs` has passed. */
  get isTemporary(): boolean {
    const { status, missing } = this;
    if (status === null || status === 429 || status >= 500) {
      return true;
    }
    // If the status is below 400, `missing` is empty in two cases. Either the answer had neither data nor errors: it
    // was cut off, or a proxy sent it. Or a mutation had neither a payload nor an error. In both cases a later try may
    // succeed.
    return missing.length === 0 ? status < 400 : missing.every(({ remedy }) => remedy === 'later');
  }

  /**
   * Whether a mutation was rejected before it began. If true, nothing was done. If false, the mutation may have been
   * done: send the mutation again with the same reference.
   */
  get isRejected(): boolean {
    const { status, missing } = this;
    if (status === null || status >= 500) {
      return false;
    }
    return status >= 400 || (missing.length > 0 && missing.every(isBeforeMutation));
  }

  /** Whether the caller lacked a scope for everything that was asked. Nothing was then done or read. */
  get isForbidden(): boolean {
    return this.missing.length > 0 && this.missing.every(({ remedy }) => remedy === 'rights');
  }
}

const longestDelayIn = (missing: readonly MissingValue[]): number | null =>
  missing.reduce<number | null>(
    (longest, { retryAfterMs }) => (retryAfterMs === null ? longest : Math.max(longest ?? 0, retryAfterMs)),
    null,
  );

export interface AskOptions {
  /** When the signal aborts, the request is cancelled, and `ask` rejects. A mutation may have been done by then. */
  readonly signal?: AbortSignal;
}

export interface Graph {
  /** @throws GraphError if there is no data, or the error of `token` */
  ask<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    ...variables: Record<string, never> extends Variables
      ? [variables?: Variables, options?: AskOptions]
      : [variables: Variables, options?: AskOptions]
  ): Promise<GraphAnswer<Data>>;
}

export function createGraph({
  url,
  token = () => null,
  language,
  fetch: send = globalThis.fetch,
  timeoutMs = 15_000,
}: GraphOptions): Graph {
  const texts = new WeakMap<object, string>();
  const textOf = (document: TypedDocumentNode<unknown, never>): string => {
    const text = texts.get(document) ?? print(document);
    texts.set(document, text);
    return text;
  };
  return {
    async ask(document, ...[variables = {}, { signal } = {}]) {
      const headers = new Headers({
        accept: 'application/graphql-response+json',
        'content-type': 'application/json',
      });
      const bearer = await token();
      if (bearer !== null) {
        headers.set('authorization', `Bearer ${bearer}`);
      }
      if (language !== undefined) {
        headers.set('accept-language', language);
      }
      const timeout = AbortSignal.timeout(timeoutMs);
      const response = await send(url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query: textOf(document), variables }),
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      }).catch((cause: unknown) => {
        throw new GraphError('no answer from the graph', { cause });
      });
      return await read(response);
    },
  };
}

export interface AnswerBody<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly AnsweredError[];
}

async function read<Data>(response: Response): Promise<GraphAnswer<Data>> {
  const body = (await response.json().catch(() => null)) as AnswerBody<Data> | null;
  if (body?.data == null) {
    throw refusalOf(response, body?.errors);
  }
  return { data: body.data, missing: missingValues(body.errors) };
}

/** The error for a response without data. */
export function refusalOf({ status, headers }: Response, errors?: readonly AnsweredError[]): GraphError {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const missing = missingValues(errors);
  return new GraphError(missing[0]?.message ?? `the graph answered ${status} without GraphQL`, {
    missing,
    status,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
  });
}
