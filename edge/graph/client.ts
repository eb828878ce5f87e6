/** How other protocols reach the graph: as a client with a token, like any other. */
import { Pool } from 'undici';
import { z } from 'zod';
import type { ClientTls } from '../../adapters/tls/client.ts';
import { createConnector } from '../../adapters/tls/connector.ts';

export type Language = 'en' | 'zh-Hant';

/** A document with one operation, and what its data must look like. */
export interface GraphOperation<Data> {
  readonly document: string;
  readonly data: z.ZodType<Data>;
}

export interface GraphError {
  readonly path: readonly (string | number)[];
  readonly code: string;
}

export interface GraphAnswer<Data> {
  /** Null where nothing could be answered. A field in it that is null for an error has that error's path. */
  readonly data: Data | null;
  readonly errors: readonly GraphError[];
}

export interface GraphRequest {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly token: string;
  readonly language: Language;
  readonly signal: AbortSignal;
}

/** @throws Error where there is no answer in time, or none of the graph's. It says nothing of what was asked (R30). */
export interface GraphClient {
  ask<Data>(operation: GraphOperation<Data>, request: GraphRequest): Promise<GraphAnswer<Data>>;
}

const answerShape = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        path: z.array(z.union([z.string(), z.number()])).default([]),
        extensions: z.object({ code: z.string() }),
      }),
    )
    .default([]),
});

/** An answer is some kilobytes long. A longer one is not the graph's. */
const maxAnswerBytes = 1_000_000;

const connectTimeoutMs = 2_000;

/** A client of the graph at `url`, which ends with `/graphql`. `tls`: null for TLS as Node has it. */
export function createHttpGraphClient(url: URL, tls: ClientTls | null): GraphClient & AsyncDisposable {
  const pool = new Pool(url.origin, {
    connections: 64,
    maxResponseSize: maxAnswerBytes,
    connect: createConnector(tls, connectTimeoutMs),
  });
  return {
    async ask(operation, { variables, token, language, signal }) {
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: url.pathname,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'accept-language': language,
          authorization: `Bearer ${token}`,
        },
        body: JSON.stringify({ query: operation.document, variables }),
        signal,
      });
      return readAnswer(operation, statusCode, await body.text());
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

function readAnswer<Data>(
  { data: dataShape }: GraphOperation<Data>,
  status: number,
  text: string,
): GraphAnswer<Data> {
  const answer = answerShape.safeParse(parseJson(text));
  const data = dataShape.nullable().safeParse(answer.data?.data ?? null);
  if (!answer.success || !data.success) {
    throw new Error(`the graph's answer, with status ${status}, has another form than its schema`);
  }
  const errors = answer.data.errors.map(({ path, extensions }) => ({ path, code: extensions.code }));
  return { data: data.data, errors };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
