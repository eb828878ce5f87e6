/** The graph over HTTP, for programs that need no cache. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { type AnsweredError, isBeforeMutation, type MissingValue, missingValues } from './missing.ts';

export interface GraphOptions {
  /** The endpoint, `https://graph.library.example.org/graphql` for example. */
  readonly url: string;
  /** The caller's access token; null for what is open to everybody. Asked for at each request, so that it may be renewed. */
  token?(): string | null | Promise<string | null>;
  /** Of messages: `en` or `zh-Hant`. */
  readonly language?: string;
  /** By default the global one. */
  readonly fetch?: typeof fetch;
  /** Time for an answer, in ms; 15,000 by default, more than the graph takes. */
  readonly timeoutMs?: number;
}

export interface GraphAnswer<Data> {
  readonly data: Data;
  /** The values in `data` that are null because they could not be read. */
  readonly missing: readonly MissingValue[];
}

/** There is no data: no answer, one that is no GraphQL, or a request that was rejected as a whole. */
export class GraphError extends Error {
  /** Why. Empty where no answer came: a mutation may have been done, so send it again with the same reference. */
  readonly missing: readonly MissingValue[];
  /** Null where no answer came. */
  readonly status: number | null;
  /** From the header `Retry-After`; null where there is none. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    {
      missing = [],
      status = null,
      retryAfterMs = null,
      cause,
    }: {
      readonly missing?: readonly MissingValue[];
      readonly status?: number | null;
      readonly retryAfterMs?: number | null;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause });
    this.name = 'GraphError';
    this.missing = missing;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same request may succeed in a while. */
  get isTemporary(): boolean {
    const { status, missing } = this;
    if (status === null || status === 429 || status >= 500) {
      return true;
    }
    // Without an error, the answer broke off on the way, or something in between gave it.
    return missing.length === 0 ? status < 400 : missing.every(({ remedy }) => remedy === 'later');
  }

  /**
   * Whether a mutation was rejected before it began, so that nothing was done. Where it is false, it may have been done: send it
   * again with the same reference.
   */
  get isRejected(): boolean {
    const { status, missing } = this;
    if (status === null || status >= 500) {
      return false;
    }
    return status >= 400 || (missing.length > 0 && missing.every(isBeforeMutation));
  }

  /** Whether nothing was done or read for want of a scope. */
  get isForbidden(): boolean {
    return this.missing.length > 0 && this.missing.every(({ remedy }) => remedy === 'rights');
  }
}

export interface Graph {
  /** @throws GraphError where there is no data. */
  ask<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    ...variables: Record<string, never> extends Variables ? [variables?: Variables] : [variables: Variables]
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
    async ask(document, ...[variables = {}]) {
      const bearer = await token();
      const response = await send(url, {
        method: 'POST',
        headers: {
          accept: 'application/graphql-response+json',
          'content-type': 'application/json',
          ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
          ...(language !== undefined && { 'accept-language': language }),
        },
        body: JSON.stringify({ query: textOf(document), variables }),
        signal: AbortSignal.timeout(timeoutMs),
      }).catch((cause: unknown) => {
        throw new GraphError('no answer from the graph', { cause });
      });
      return await read(response);
    },
  };
}

async function read<Data>(response: Response): Promise<GraphAnswer<Data>> {
  const { status, headers } = response;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : null;
  const body = (await response.json().catch(() => null)) as {
    readonly data?: Data | null;
    readonly errors?: readonly AnsweredError[];
  } | null;
  const missing = missingValues(body?.errors);
  if (body?.data == null) {
    const message = missing[0]?.message ?? `the graph answered ${status} without GraphQL`;
    throw new GraphError(message, { missing, status, retryAfterMs });
  }
  return { data: body.data, missing };
}
