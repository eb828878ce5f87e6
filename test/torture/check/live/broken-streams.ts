import type {
  FollowedStream,
  LiveHistory,
  LoggedChange,
  Person,
  StreamView,
} from '../../subscribers/followed-stream.ts';
import type { Violation } from '../violation.ts';

/** Whether a subscriber is told a change. */
type Due = 'always' | 'perhaps' | 'never';

/** The maximum number of violations of one stream that are listed. */
const maxOfStream = 3;

/**
 * Each subscriber is told every change that it may see, in the order of the log, once, and no other change, however often
 * it is cut off.
 *
 * Example of a violation: the log has the numbers 1 to 5, and all of them are about the reader. The reader is told 1, 2, 4
 * and 5. Number 3 is missing.
 */
export function brokenStreams({ log, streams }: Pick<LiveHistory, 'log' | 'streams'>): Violation[] {
  const changesById = new Map(log.map((change) => [change.id, change]));
  return streams.flatMap((stream) => [
    ...missedChanges(log, stream, changesById),
    ...wronglyTold(stream, changesById),
    ...unexpectedCodes(stream),
  ]);
}

type ChangesById = ReadonlyMap<string | null, LoggedChange>;

/** The number of changes that subscribers must still be told. */
export const countMissed = ({ log, streams }: Pick<LiveHistory, 'log' | 'streams'>): number => {
  const changesById = new Map(log.map((change) => [change.id, change]));
  return streams.reduce((sum, stream) => sum + missedOf(log, stream, changesById).length, 0);
};

function missedOf(
  log: readonly LoggedChange[],
  stream: FollowedStream,
  changesById: ChangesById,
): readonly LoggedChange[] {
  const { told, view, hasLeft } = stream;
  const numbers = told.flatMap(({ id }) => changesById.get(id)?.number ?? []);
  const last = hasLeft ? Math.max(0, ...numbers.slice(-1)) : Number.POSITIVE_INFINITY;
  const from = view.of === 'operation' ? beginOf(log, stream, numbers) : stream.from;
  const ids = new Set(told.map(({ id }) => id));
  return log.filter(
    (change) =>
      change.number !== null &&
      change.number > from &&
      change.number <= last &&
      !ids.has(change.id ?? '') &&
      dueOf(view, change) === 'always',
  );
}

/**
 * Where the stream of an operation begins: with its first change of the log. If it was only told how the operation stood,
 * it misses nothing if the operation has not changed since.
 */
function beginOf(
  log: readonly LoggedChange[],
  { told, view }: FollowedStream,
  numbers: readonly number[],
): number {
  const [first] = numbers;
  const last = log.findLast((change) => dueOf(view, change) === 'always');
  const isUpToDate = last?.operation?.state === told.at(-1)?.state;
  return first ?? (isUpToDate ? Number.POSITIVE_INFINITY : (last?.number ?? 0) - 1);
}

function missedChanges(
  log: readonly LoggedChange[],
  stream: FollowedStream,
  changesById: ChangesById,
): readonly Violation[] {
  const missed = missedOf(log, stream, changesById);
  return missed.slice(0, maxOfStream).map((change) => ({
    property: 'a stream misses nothing',
    detail: `${stream.name}, told ${stream.told.length}, was not told ${named(change)} and ${missed.length - 1} others`,
  }));
}

function wronglyTold({ name, view, told }: FollowedStream, changesById: ChangesById): readonly Violation[] {
  const violations: Violation[] = [];
  const seen = new Set<string>();
  let before = 0;
  for (const [index, { id }] of told.entries()) {
    const change = changesById.get(id);
    // The first change may be how an operation stands. It has no row of its own.
    const isStanding = view.of === 'operation' && index === 0;
    if (seen.has(id)) {
      violations.push({ property: 'a stream repeats nothing', detail: `${name} was told ${id} twice` });
    } else if (change !== undefined && (change.number ?? 0) < before) {
      const detail = `${name} was told ${named(change)} after ${before}`;
      violations.push({ property: 'a stream keeps the order', detail });
    }
    if (change === undefined ? !isStanding : dueOf(view, change) === 'never') {
      const detail = `${name} was told ${change === undefined ? `${id}, which the log does not have` : named(change)}`;
      violations.push({ property: "a stream tells nobody else's", detail });
    }
    seen.add(id);
    before = Math.max(before, change?.number ?? 0);
  }
  return violations.slice(0, maxOfStream);
}

/**
 * The codes that the faults of a run explain. After each of them a client goes on from its last cursor. Any other code is a
 * mistake: a client is told to read everything again (`CURSOR_EXPIRED`, `CURSOR_INVALID`, `EVENTS_DROPPED`), or something
 * failed that no fault has caused (`INTERNAL_SERVER_ERROR`).
 */
const expectedCodes: ReadonlySet<string> = new Set([
  // Processes are killed and frozen.
  'SUBGRAPH_UNAVAILABLE',
  'SUBGRAPH_TIMEOUT',
  'STREAM_MOVED',
  'UNAVAILABLE',
  // PostgreSQL is stopped, and connections to it are cut.
  'JOURNAL_UNAVAILABLE',
  // Card management fails, which is asked for a reader's cards.
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_OVERLOADED',
  'UPSTREAM_INVALID_RESPONSE',
  'UPSTREAM_REJECTED',
  // Sign-ins end, and a clock that is wrong refuses a token.
  'UNAUTHENTICATED',
]);

const unexpectedCodes = ({ name, codes, messages }: FollowedStream): readonly Violation[] =>
  [...codes.keys()]
    .filter((code) => !expectedCodes.has(code))
    .map((code) => ({
      property: 'a stream goes on',
      detail: `${name} was told ${code}: ${messages.get(code) ?? ''}`,
    }));

const named = ({ number, kind, operation }: LoggedChange): string =>
  `number ${number} (${operation === null ? kind : `${operation.kind} ${operation.state} ${operation.id}`})`;

function dueOf(view: StreamView, change: LoggedChange): Due {
  const { operation, branch } = change;
  const isDue = (isTold: boolean): Due => (isTold ? 'always' : 'never');
  switch (view.of) {
    case 'library':
      return isDue(
        (view.kinds?.includes(shownKind(change)) ?? true) &&
          (view.branch === null || branch === null || view.branch === branch),
      );
    case 'patron':
      return isAbout(view.person, change);
    case 'reader':
      return isForReaders(change) ? isAbout(view.person, change) : 'never';
    case 'operation':
      return isDue(operation?.caller === view.caller && operation.reference === view.reference);
    case 'station':
      return isDue(change.kind.startsWith('STATION_') && change.subject === view.station);
    case 'credentials':
      return isDue(operation !== null && ofCredentials.has(operation.kind));
    default: {
      if (operation === null || operation.state === 'UNSETTLED' || !ofStanding.has(operation.kind)) {
        return 'never';
      }
      const dues = view.persons.map((person) => isAbout(person, change));
      return dues.find((due) => due === 'always') ?? dues.find((due) => due === 'perhaps') ?? 'never';
    }
  }
}

function isAbout({ patron, cards, others }: Person, change: LoggedChange): Due {
  if (change.patron === patron || cards.has(change.card ?? '')) {
    return 'always';
  }
  // A subscriber that was slow may get a change after its patron was erased.
  const isPerhaps = [change.patron, change.card, change.erased].some(
    (one) => one !== null && (one === patron || others.has(one)),
  );
  return isPerhaps ? 'perhaps' : 'never';
}

const shownKind = ({ kind }: LoggedChange): string => (kind === 'CARD_OTHER' ? 'OTHER' : kind);

const isForReaders = ({ kind }: LoggedChange): boolean =>
  !['NOTICE_UNDELIVERED', 'STATION_WITHDRAWN', 'STATION_RETURNED'].includes(kind);

/** The kinds of operations on cards and on standings that a run has. */
const ofCredentials: ReadonlySet<string> = new Set(['MERGE_PATRONS']);
const ofStanding: ReadonlySet<string> = new Set([
  'MERGE_PATRONS',
  'SUSPEND_PATRON',
  'LIFT_SUSPENSION',
  'CLOSE_PATRON',
  'REOPEN_PATRON',
]);
