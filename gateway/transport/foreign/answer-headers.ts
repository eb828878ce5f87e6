/** Headers of subgraphs' answers that the client gets. */
import type { IncomingHttpHeaders } from 'node:http';
import { strictest } from './cache-control.ts';
import type { ResponseHeaderRule } from './settings.ts';

/**
 * A header of one subgraph answer. `join` says how the headers of several answers become one. `strictest` is only for
 * `cache-control`.
 */
export interface AnswerHeader {
  readonly name: string;
  readonly values: readonly string[];
  readonly join: ResponseHeaderRule['join'] | 'strictest';
}

const none: readonly never[] = [];

/** The maximum number of characters of a header that is joined from several answers. Further values are left out. */
const maxJoinedLength = 8 * 1024;

/** Creates the function that selects the headers for the client from the headers of one answer. */
export function createAnswerHeaders(
  rules: readonly ResponseHeaderRule[],
  joinsCacheControl: boolean,
): (headers: IncomingHttpHeaders) => readonly AnswerHeader[] {
  if (rules.length === 0 && !joinsCacheControl) {
    return () => none;
  }
  return (headers) => {
    const read: AnswerHeader[] = [];
    for (const { name, of, join } of rules) {
      const value = headers[of];
      if (value !== undefined) {
        read.push({ name, values: typeof value === 'string' ? [value] : value, join });
      }
    }
    if (joinsCacheControl) {
      // `Vary` names the headers on which an answer depends. The gateway's own `Vary` names only the headers that it
      // forwards. `Vary: *` means that the answer depends on something else, too, so it must not be kept.
      const varies = /(?:^|[\s,])\*/.test(lineOf(headers.vary) ?? '');
      const value = varies ? undefined : lineOf(headers['cache-control']);
      const kept = strictest([{ value, age: lineOf(headers.age) }]);
      read.push({ name: 'cache-control', values: [kept], join: 'strictest' });
    }
    return read;
  };
}

/** Returns a header as one line. Several lines may arrive, although Node's types don't say so (RFC 9110, 5.3). */
function lineOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.join(', ');
}

/** The headers that the client gets, joined from the headers of all subgraph answers that its answer contains. */
export class JoinedHeaders {
  readonly #values = new Map<string, readonly string[]>();

  add(headers: readonly AnswerHeader[]): void {
    for (const { name, values, join } of headers) {
      const former = this.#values.get(name);
      this.#values.set(name, former === undefined ? values : joined(former, values, join));
    }
  }

  /**
   * The strictest `Cache-Control` of all subgraph answers. Null if the answers' `Cache-Control` is not joined, or if
   * there is no answer.
   */
  get cacheControl(): string | null {
    return this.#values.get('cache-control')?.[0] ?? null;
  }

  /** Whether the headers contain a cookie. A cookie is for one client, so no cache may keep the answer. */
  get setsCookie(): boolean {
    return this.#values.has('set-cookie');
  }

  /** Returns all headers but `cache-control`. */
  toReply(): Readonly<Record<string, string | string[]>> {
    const reply: Record<string, string | string[]> = {};
    for (const [name, values] of this.#values) {
      if (name !== 'cache-control') {
        // Cookies are not joined with commas, because a cookie may contain commas.
        reply[name] = name === 'set-cookie' ? [...values] : values.join(', ');
      }
    }
    return reply;
  }
}

function joined(
  former: readonly string[],
  values: readonly string[],
  join: AnswerHeader['join'],
): readonly string[] {
  switch (join) {
    case 'first':
      return former;
    case 'last':
      return values;
    case 'append': {
      const all = [...former, ...values];
      return all.join(', ').length <= maxJoinedLength ? all : former;
    }
    case 'strictest':
      return [strictest([...former, ...values].map((value) => ({ value, age: undefined })))];
  }
}
