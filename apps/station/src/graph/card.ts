/** The card that a reader has shown, and what the reader may do with it. */
import { type Graph, GraphError, type MissingValue, missingAt, newReference } from '@patron-graph/kit';
import {
  type CardSummaryFragment,
  type CredentialPresented,
  LibraryCardDocument,
  SmartIdCardDocument,
  type SmartIdPresented,
  TakeOverReplacementDocument,
} from '../operations.generated.ts';
import { settleSoon } from './settle.ts';

/**
 * A library card is identified by its number. A smart identity card is identified by the identity number and date of
 * issue that were read from it.
 */
export type ShownCard =
  | { readonly kind: 'library'; readonly number: string }
  | { readonly kind: 'smart'; readonly facts: SmartIdPresented };

export const presented = (card: ShownCard): CredentialPresented =>
  card.kind === 'library' ? { libraryCardNumber: card.number } : { smartId: card.facts };

interface KnownCard {
  /** The given name; null if it could not be read. */
  readonly name: string | null;
  /** The number to which the PIN belongs. */
  readonly libraryCardNumber: string;
}

export type CardState =
  | (KnownCard & { readonly state: 'ready'; readonly remaining: number | null })
  /** The reader may not borrow. `reasons` are the library's own texts. */
  | (KnownCard & { readonly state: 'refused'; readonly reasons: readonly string[] })
  /**
   * Only the number of a smart identity card is known. Nobody can borrow with it, because the card itself must be read
   * (R11).
   */
  | (KnownCard & { readonly state: 'mustBeRead' })
  /** The card is the replacement of a lost smart identity card. The reader may start to use it (R18). */
  | (KnownCard & { readonly state: 'replacement' })
  | { readonly state: 'notActive' }
  | { readonly state: 'unknown' }
  /** A number or date that was read from the card is not valid. */
  | { readonly state: 'misread'; readonly reason: MissingValue }
  /** The card could not be looked up. `reason` is null if the library has not answered. */
  | { readonly state: 'failed'; readonly reason: MissingValue | null };

/** Reads a card. A failed look-up is one of the states, so this function never rejects with a GraphError. */
export async function readCard(graph: Graph, card: ShownCard): Promise<CardState> {
  try {
    return card.kind === 'library'
      ? await readLibraryCard(graph, card.number)
      : await readSmartId(graph, card.facts);
  } catch (error) {
    if (error instanceof GraphError) {
      const [missing] = error.missing;
      return missing?.remedy === 'input'
        ? { state: 'misread', reason: missing }
        : { state: 'failed', reason: missing ?? null };
    }
    throw error;
  }
}

async function readLibraryCard(graph: Graph, number: string): Promise<CardState> {
  const { data, missing } = await graph.ask(LibraryCardDocument, { number });
  return stateOf(data.credential, { missing, root: 'credential', wasRead: false });
}

async function readSmartId(graph: Graph, facts: SmartIdPresented): Promise<CardState> {
  const { data, missing } = await graph.ask(SmartIdCardDocument, { presented: facts });
  return stateOf(data.smartId, { missing, root: 'smartId', wasRead: true });
}

/** Whether the number of a card is enough to borrow (R11). */
const lendsByNumber: Readonly<Record<CardSummaryFragment['__typename'], boolean>> = {
  LibraryCard: true,
  SmartIdCard: false,
};

interface Reading {
  readonly missing: Parameters<typeof missingAt>[0];
  readonly root: 'credential' | 'smartId';
  /** Whether a card reader has read the card itself. */
  readonly wasRead: boolean;
}

function stateOf(card: CardSummaryFragment | null, { missing, root, wasRead }: Reading): CardState {
  if (card === null) {
    const reason = missingAt(missing, [root]);
    if (reason !== undefined) {
      return reason.remedy === 'input' ? { state: 'misread', reason } : { state: 'failed', reason };
    }
    return { state: 'unknown' };
  }
  const { libraryCardNumber, status, patron } = card;
  const known = { name: patron?.name?.given ?? null, libraryCardNumber };
  if (status === null) {
    return { state: 'failed', reason: missingAt(missing, [root, 'status']) ?? null };
  }
  if (status !== 'ACTIVE') {
    // The lost card itself is refused because of its older date of issue (R18). So a card that was read here is its
    // replacement.
    return status === 'LOST' && wasRead ? { ...known, state: 'replacement' } : { state: 'notActive' };
  }
  if (!lendsByNumber[card.__typename] && !wasRead) {
    return { ...known, state: 'mustBeRead' };
  }
  const borrowing = patron?.borrowing ?? null;
  if (borrowing === null) {
    const reason = missingAt(missing, [root, 'patron', 'borrowing']);
    return { state: 'failed', reason: reason ?? null };
  }
  return borrowing.allowed
    ? { ...known, state: 'ready', remaining: patron?.loanQuota?.remaining ?? null }
    : { ...known, state: 'refused', reasons: borrowing.reasons.map(({ message }) => message) };
}

export type TakeOver =
  | { readonly state: 'done' }
  | { readonly state: 'refused'; readonly messages: readonly string[] }
  | { readonly state: 'failed' };

/** Takes the replacement into use. `onUnsettled` gets the operation's code. Never rejects. */
export async function takeOver(
  graph: Graph,
  {
    libraryCardNumber,
    dateOfIssue,
    signal,
    onUnsettled,
  }: {
    readonly libraryCardNumber: string;
    readonly dateOfIssue: string;
    readonly signal: AbortSignal;
    onUnsettled(code: string): void;
  },
): Promise<TakeOver> {
  const input = { reference: newReference(), libraryCardNumber, smartIdDateOfIssue: dateOfIssue };
  try {
    const { operation, problems } = await settleSoon(
      () => graph.ask(TakeOverReplacementDocument, { input }),
      ({ replaceCredential }) => replaceCredential,
      { signal, onUnsettled: (payload) => onUnsettled(payload.operation.code) },
    );
    return operation.state === 'DONE'
      ? { state: 'done' }
      : { state: 'refused', messages: problems.map(({ message }) => message) };
  } catch {
    return { state: 'failed' };
  }
}
