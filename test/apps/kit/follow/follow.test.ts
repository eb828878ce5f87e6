/** `follow` over a scripted transport. live-graph.test.ts has the same over sockets and the graph. */
import {
  endedBy,
  type FollowOptions,
  type FollowStatus,
  follow,
  GraphError,
  type OpenOptions,
  type ReadAnewReason,
  type StreamReader,
  type StreamTransport,
  silent,
  type TypedDocumentNode,
} from '@patron-graph/kit';
import { parse } from 'graphql';
import { expect, test, vi } from 'vitest';
import { SeenIds } from '../../../../apps/kit/src/follow/seen-ids.ts';
import { randomFrom, seed } from '../../../support/random.ts';

interface Change {
  readonly id: string;
  readonly cursor: string;
}
type Data = { readonly changes: Change | null };
type Variables = { readonly after?: readonly string[] | null; readonly branch: string };

const document = parse(`subscription ($after: [String!], $branch: ID!) {
  changes(after: $after, branch: $branch) { id cursor }
}`) as TypedDocumentNode<Data, Variables>;

const change = (number: number) => ({ data: { changes: { id: `id-${number}`, cursor: `after-${number}` } } });
const ended = (code: string, more: object = {}) => ({
  errors: [{ message: code, extensions: { code, ...more } }],
});
const cut = new TypeError('network error');

/** What the script's stream does when it is opened, and with which cursor it must be asked for. */
type Opening = (reader: StreamReader, options: OpenOptions) => Promise<void>;

const tells =
  (...results: object[]): Opening =>
  async (reader) => {
    reader.heard();
    for (const result of results) {
      await reader.next(result);
    }
    throw cut;
  };

interface Followed {
  readonly told: string[];
  readonly afters: (readonly string[] | null)[];
  readonly pauses: number[];
  readonly statuses: FollowStatus[];
  readonly readAnew: ReadAnewReason[];
  readonly refused: boolean[];
  /** The error of `follow`; null if it was ended by its signal. */
  readonly error: unknown;
}

/** Follows until the script is at its end. */
async function run(
  script: readonly Opening[],
  options: Partial<FollowOptions<Change>> = { after: ['list'] },
): Promise<Followed> {
  const followed = {
    told: [] as string[],
    afters: [] as (readonly string[] | null)[],
    pauses: [] as number[],
    statuses: [] as FollowStatus[],
    readAnew: [] as ReadAnewReason[],
    refused: [] as boolean[],
  };
  const closing = new AbortController();
  const left = [...script];
  const transport: StreamTransport = {
    async open({ query, variables }, reader, open) {
      const opening = left.shift();
      if (opening === undefined) {
        closing.abort();
        throw open.signal.reason;
      }
      expect(query).toContain('changes(after: $after, branch: $branch)');
      expect(variables).toMatchObject({ branch: 'HKCL' });
      followed.afters.push((variables as Variables).after ?? null);
      followed.refused.push(open.isTokenRefused);
      await opening(reader, open);
    },
  };
  const error = await follow<Data, Variables, Change>(transport, document, ({ changes }) => changes, {
    variables: { branch: 'HKCL' },
    onEvent: ({ id }) => void followed.told.push(id),
    async onReadAnew(why) {
      followed.readAnew.push(why);
      return [`list-${followed.readAnew.length}`];
    },
    onStatus: (status) => followed.statuses.push(status),
    signal: closing.signal,
    pause: async (ms) => void followed.pauses.push(ms),
    random: () => 0.5,
    ...options,
  }).then(
    () => null,
    (failure: unknown) => failure,
  );
  return { ...followed, error };
}

test('a stream that was cut is opened again from the last cursor, and an event that comes twice is told once', async () => {
  const { told, afters, pauses, error } = await run([
    tells(change(1), change(2)),
    tells(change(2), change(3)),
    tells(),
    tells(),
    tells(),
    tells(),
    tells(),
    tells(),
    tells(),
    tells(change(3), change(4)),
  ]);
  expect(error).toBeNull();
  expect(told).toEqual(['id-1', 'id-2', 'id-3', 'id-4']);
  expect(afters).toEqual([['list'], ['after-2'], ...Array.from({ length: 8 }, () => ['after-3'])]);
  // Half of a bound that doubles, and begins again after each event.
  expect(pauses).toEqual([500, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 500]);
});

test('it comes back no sooner than the graph asks, and not at the same time as all others', async () => {
  const { pauses, statuses } = await run([
    tells(ended('STREAM_MOVED', { retryAfterMs: 4_000 })),
    tells(ended('SUBGRAPH_UNAVAILABLE', { retryAfterMs: 2_000 })),
    async () => {
      throw new GraphError('too many', { status: 503, retryAfterMs: 9_000 });
    },
  ]);
  expect(pauses).toEqual([4_500, 2_500, 9_500]);
  // A move is announced: the page says nothing of it.
  expect(statuses).toEqual(['catching up', 'lost']);
});

test('a refused token is asked for again at once, and after five times it gives up', async () => {
  const refusedTwice = await run([
    tells(change(1), ended('UNAUTHENTICATED')),
    async () => {
      throw endedBy(ended('UNAUTHENTICATED').errors, 401);
    },
    tells(change(2)),
    tells(),
  ]);
  expect(refusedTwice).toMatchObject({
    told: ['id-1', 'id-2'],
    refused: [false, true, true, false],
    pauses: [500, 500, 1_000],
    error: null,
  });
  const refused = await run(Array.from({ length: 10 }, () => tells(ended('UNAUTHENTICATED'))));
  expect(refused.error).toMatchObject({ missing: [{ remedy: 'sign-in' }] });
  expect(refused.refused).toHaveLength(7);
});

test.each(['CURSOR_EXPIRED', 'CURSOR_INVALID', 'EVENTS_DROPPED'] as const)(
  'after %s the lists are read again, and it goes on from them',
  async (code) => {
    const { readAnew, afters, told, pauses } = await run([
      tells(change(1), ended(code)),
      tells(change(1), change(2)),
    ]);
    expect(readAnew).toEqual([code]);
    expect(afters).toEqual([['list'], ['list-1']]);
    expect(told).toEqual(['id-1', 'id-2']);
    expect(pauses).toEqual([500]);
  },
);

test('lists without a cursor are read first, and again when a stream ends before it told a cursor', async () => {
  expect(await run([tells(change(1))], {})).toMatchObject({ readAnew: ['START'], afters: [['list-1']] });
  const reasons: ReadAnewReason[] = [];
  const onReadAnew = async (why: ReadAnewReason) => {
    reasons.push(why);
    return [];
  };
  const { afters } = await run([tells(), tells(change(1)), tells()], { after: [], onReadAnew });
  expect(afters).toEqual([null, null, ['after-1']]);
  expect(reasons).toEqual(['NO_CURSOR']);
});

test('lists whose cursors are refused or missing are not read without a pause', async () => {
  const refused = tells(ended('CURSOR_INVALID'));
  const { readAnew, pauses } = await run([refused, refused, refused]);
  expect(readAnew).toEqual(['CURSOR_INVALID', 'CURSOR_INVALID', 'CURSOR_INVALID']);
  expect(pauses).toEqual([500, 1_000]);
  const cursors = [[null], [undefined, 'other'], ['list']];
  const missing = await run([tells()], { onReadAnew: async () => cursors.shift() ?? [] });
  expect(missing).toMatchObject({ pauses: [500, 1_000, 2_000], afters: [['list']] });
});

test('lists that can’t be read are read again later, unless they never can', async () => {
  let failures = 0;
  const { statuses, pauses } = await run([tells(change(1))], {
    async onReadAnew() {
      failures += 1;
      if (failures < 3) {
        throw new GraphError('no answer', {});
      }
      return ['list'];
    },
  });
  expect(pauses).toEqual([500, 1_000, 500]);
  expect(statuses.slice(0, 3)).toEqual(['catching up', 'lost', 'catching up']);
  const forbidden = endedBy(ended('FORBIDDEN').errors);
  const { error } = await run([], {
    async onReadAnew() {
      throw forbidden;
    },
  });
  expect(error).toBe(forbidden);
});

test('what would be refused again ends the following; a fault that nobody knows is tried again five times', async () => {
  const forbidden = await run([tells(ended('FORBIDDEN'))]);
  expect(forbidden.error).toMatchObject({ missing: [{ code: 'FORBIDDEN' }] });
  const faulty = await run(Array.from({ length: 10 }, () => tells(ended('SOMETHING_NEW'))));
  expect(faulty.afters).toHaveLength(6);
  expect(faulty.error).toMatchObject({ missing: [{ code: 'SOMETHING_NEW' }] });
});

test('a stream that fails soon after it was opened is opened ever more rarely, and its errors are told', async () => {
  vi.useFakeTimers();
  try {
    const failsAfter =
      (ms: number, error: () => unknown): Opening =>
      async (reader) => {
        reader.heard();
        await vi.advanceTimersByTimeAsync(ms);
        throw error();
      };
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    const lost = failsAfter(3_000, () => cut);
    const { pauses, statuses } = await run([lost, lost, lost, lost, failsAfter(11_000, () => cut), lost], {
      after: ['list'],
      onError,
    });
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 500, 1_000]);
    expect(errors).toEqual(Array.from({ length: 6 }, () => cut));
    expect(statuses.filter((status) => status === 'live')).toHaveLength(6);
    const faulty = await run(
      Array.from({ length: 10 }, () => failsAfter(3_000, () => endedBy(ended('SOMETHING_NEW').errors))),
    );
    expect(faulty.afters).toHaveLength(6);
    expect(faulty.error).toMatchObject({ missing: [{ code: 'SOMETHING_NEW' }] });
  } finally {
    vi.useRealTimers();
  }
});

test('an event that could not be told is asked for again', async () => {
  const broken = { data: { changes: null }, ...ended('UPSTREAM_TIMEOUT') };
  const { told, afters } = await run([tells(change(1), broken), tells(change(2))]);
  expect([told, afters]).toEqual([
    ['id-1', 'id-2'],
    [['list'], ['after-1']],
  ]);
});

test('an error of the caller’s own code ends the following, with this error', async () => {
  const failure = new Error('the screen is broken');
  const { error, afters } = await run([tells(change(1))], {
    after: ['list'],
    onEvent() {
      throw failure;
    },
  });
  expect(error).toBe(failure);
  expect(afters).toHaveLength(1);
});

test('a silent connection is given up, but not while an event is being handled', async () => {
  const waits: Opening = (reader, { signal }) => {
    reader.heard();
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const reasons: unknown[] = [];
  const { told, afters, statuses } = await run(
    [
      tells(change(1)),
      (reader, open) => {
        open.signal.addEventListener('abort', () => reasons.push(open.signal.reason));
        return waits(reader, open);
      },
      tells(change(2)),
    ],
    {
      after: ['list'],
      silentMs: 50,
      quietMs: 5,
      onEvent: async () => {
        await new Promise((resolve) => setTimeout(resolve, 150));
      },
    },
  );
  expect(reasons).toEqual([silent]);
  expect(told).toEqual([]);
  expect(afters).toEqual([['list'], ['after-1'], ['after-1']]);
  expect(statuses).toEqual(['catching up', 'lost', 'catching up', 'live', 'lost', 'catching up', 'lost']);
});

test('only the newest ids are remembered', () => {
  const ids = new SeenIds(2);
  for (const id of ['a', 'b', 'c']) {
    ids.add(id);
  }
  expect(['a', 'b', 'c'].map((id) => ids.has(id))).toEqual([false, true, true]);
});

/** A log whose streams are cut, refused, expired and repeated at random. */
test(`of a hundred changes none is missed or told twice, whatever happens to streams (SEED=${seed})`, async () => {
  const random = randomFrom(seed);
  const newest = 100;
  const told: number[] = [];
  const closing = new AbortController();
  const opened: StreamTransport = {
    async open({ variables }, reader) {
      const [after = ''] = (variables as Variables).after ?? [];
      let number = Number(/\d+$/.exec(after)?.[0] ?? 0);
      reader.heard();
      for (;;) {
        const fate = random();
        if (fate < 0.05) {
          throw cut;
        }
        if (fate < 0.2) {
          const codes = ['STREAM_MOVED', 'UNAUTHENTICATED', 'CURSOR_EXPIRED', 'SUBGRAPH_UNAVAILABLE'];
          await reader.next(ended(codes[Math.floor(random() * codes.length)] ?? ''));
        }
        if (fate < 0.25) {
          return;
        }
        // Repeats some changes, as the cursor of a list does.
        number = fate < 0.35 ? Math.max(0, number - 3) : number + 1;
        if (number > newest) {
          closing.abort();
          return;
        }
        await reader.next(change(Math.max(1, number)));
      }
    },
  };
  await follow<Data, Variables, Change>(opened, document, ({ changes }) => changes, {
    variables: { branch: 'HKCL' },
    after: ['after-0'],
    onEvent: ({ id }) => void told.push(Number(id.slice(3))),
    // The lists show everything until then: it was told, or need not be.
    onReadAnew: async () => [`list-${Math.max(0, (told.at(-1) ?? 0) - 5)}`],
    pause: async () => undefined,
    signal: closing.signal,
  });
  expect(told).toEqual(Array.from({ length: newest }, (_, index) => index + 1));
});
