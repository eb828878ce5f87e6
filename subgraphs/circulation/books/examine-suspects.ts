import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { Suspect } from '../../../store/journal/port.ts';
import { type ReadApart, readApart } from '../../runtime/read-apart.ts';
import { judgePatrons, record, unknownCard } from './judge-patrons.ts';
import type { PatronBooksServices } from './services.ts';

/**
 * The number of patrons that are examined at once. For these, one call goes to the registry, one to card management,
 * and several to circulation.
 */
const patronsAtOnce = 25;
/** The number of cards whose patrons are looked up at once. */
const cardsAtOnce = 25;

export interface ExaminedSuspects extends Pick<ReadApart<never>, 'unreadable'> {
  /** The number of suspects that were examined or postponed. A suspect is a card or a patron to compare. */
  readonly examined: number;
}

/**
 * Examines the next suspects, which are cards and patrons whose data may differ between the systems. A suspect is
 * removed after it was examined. If a system is unreachable, all suspects stay, in their order. A suspect whose data
 * can't be read, or whose patron can't be judged yet, goes to the end, so that it doesn't delay the others.
 *
 * Example: the desk blocks a card, and card management is unreachable for an hour. The card stays the first suspect. It
 * is examined when card management answers again, perhaps by another process.
 *
 * @param until a number of the sequence in `BookNumbers`. Only suspects with a number up to this one are examined.
 * @throws UpstreamError, StoreUnavailable
 */
export async function examineSuspects(
  services: PatronBooksServices,
  until: bigint,
  signal: AbortSignal,
): Promise<ExaminedSuspects> {
  const { suspects } = services;
  const cards = await suspects.nextSuspects('CARD', until, cardsAtOnce);
  const patrons = await suspects.nextSuspects('PATRON', until, patronsAtOnce);
  const apart = async <Answer>(
    keys: readonly string[],
    read: (keys: readonly string[]) => Promise<Answer>,
  ) =>
    keys.length === 0
      ? nothingRead
      : await readApart(keys, read, () => pingAll(services, signal), isOfRecord);
  const owners = await apart(
    cards.map(({ number }) => number),
    (numbers) => ownersOf(services, numbers, until, signal),
  );
  const ownerOf = new Map(owners.answers.flatMap((some) => [...some]));
  const judged = await apart(
    [...new Set([...patrons.map(({ number }) => number), ...ownerOf.values()])],
    (patronIds) => judgePatrons(services, patronIds, until, signal),
  );
  const unreadable = [...owners.unreadable, ...judged.unreadable];
  const later = new Set([
    ...judged.answers.flatMap((busy) => [...busy]),
    ...unreadable.map(({ key }) => key),
  ]);
  const isLater = ({ number }: Suspect) => later.has(number) || later.has(ownerOf.get(number) ?? '');
  const all = [...cards, ...patrons];
  await suspects.postponeSuspects(all.filter(isLater));
  await suspects.removeSuspects(all.filter((suspect) => !isLater(suspect)));
  return { examined: all.length, unreadable };
}

const nothingRead: ReadApart<never> = { answers: [], unreadable: [] };

/** Whether the error may be due to one record: its data can't be decoded, or its key can't be sent. */
const isOfRecord = (error: unknown): error is UpstreamError =>
  error instanceof UpstreamError && (error.reason === 'invalid-response' || error.reason === 'unencodable');

async function pingAll(
  { patrons, cards, circulation }: PatronBooksServices,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all([patrons.ping(signal), cards.ping(signal), circulation.ping(signal)]);
}

/** The patron of each card. A card that card management doesn't have is recorded as a finding, and left out. */
async function ownersOf(
  services: PatronBooksServices,
  numbers: readonly string[],
  until: bigint,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const credentials = await services.cards.cardsByNumber(numbers, signal);
  const unknown = numbers.filter((_, at) => credentials[at] == null);
  await record(services, unknown.map(unknownCard), until);
  return new Map(
    numbers.flatMap((number, at) => {
      const patronId = credentials[at]?.patronId;
      return patronId === undefined ? [] : [[number, patronId] as const];
    }),
  );
}
