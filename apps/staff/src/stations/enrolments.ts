/**
 * The list of stations on the pages' server. The list is not in the graph, because the graph knows a station only by
 * its client id.
 */

export interface ListedStation {
  readonly id: string;
  readonly name: string;
  readonly branch: string;
  /** In ms since 1970. */
  readonly enrolledAt: number;
  readonly enrolledBy: string;
  /** Null if the station has not been used yet. */
  readonly lastSeenAt: number | null;
  readonly revoked: boolean;
}

/** A problem of a SIP2 terminal that staff must solve. */
export type TerminalProblem = 'BLANK_DATES' | 'CLOCK_STANDS_STILL' | 'WRONG_LOGIN' | 'TOO_MANY_CONNECTIONS';

/** A machine or service that speaks SIP2. */
export interface ListedTerminal {
  readonly name: string;
  readonly branch: string | null;
  readonly connections: number;
  /** The time of the machine's last message (RFC 3339). Null if there was none since the server's start. */
  readonly lastSeenAt: string | null;
  readonly problems: readonly TerminalProblem[];
}

export interface MadeCode {
  readonly code: string;
  /** In ms since 1970. */
  readonly expiresAt: number;
}

/** The reason why a request was refused, which is also the key of its text. */
export type Refusal = 'notAllowed' | 'notServed' | 'tooMany' | 'failed';

export type Answered<Value> = { readonly value: Value } | { readonly refusal: Refusal };

const path = '/staff/station-enrolments';
const terminalsPath = '/staff/sip2-terminals';

/** A page of the list, in the form of a connection of the graph. */
export interface StationPage {
  readonly stations: readonly ListedStation[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

export interface StationEnrolments {
  /** `after` is the `endCursor` of the previous page; undefined for the first page. */
  list(after: string | undefined): Promise<Answered<StationPage>>;
  /** The terminals of SIP2. Null if this server doesn't know them. */
  terminals(): Promise<Answered<readonly ListedTerminal[] | null>>;
  makeCode(name: string, branch: string): Promise<Answered<MadeCode>>;
  revoke(id: string): Promise<Answered<null>>;
}

/** `send` is a `fetch` that sends the session's CSRF token. */
export function stationEnrolments(send: typeof fetch): StationEnrolments {
  const ask = async <Value>(
    at: string,
    init: RequestInit,
    read: (response: Response) => Promise<Value>,
  ): Promise<Answered<Value>> => {
    try {
      const response = await send(at, { cache: 'no-store', ...init });
      return response.ok ? { value: await read(response) } : { refusal: refusalOf(response.status) };
    } catch {
      return { refusal: 'failed' };
    }
  };
  return {
    list: (after) => {
      const query = after === undefined ? '' : `?${new URLSearchParams({ after })}`;
      return ask(`${path}${query}`, {}, async (response) => (await response.json()) as StationPage);
    },
    terminals: () =>
      ask(
        terminalsPath,
        {},
        async (response) =>
          ((await response.json()) as { readonly terminals: readonly ListedTerminal[] | null }).terminals,
      ),
    makeCode: (name, branch) =>
      ask(
        path,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ name, branch }),
        },
        async (response) => (await response.json()) as MadeCode,
      ),
    revoke: (id) => ask(`${path}/${encodeURIComponent(id)}`, { method: 'DELETE' }, async () => null),
  };
}

function refusalOf(status: number): Refusal {
  switch (status) {
    case 403:
      return 'notAllowed';
    case 404:
      return 'notServed';
    case 429:
      return 'tooMany';
    default:
      return 'failed';
  }
}
