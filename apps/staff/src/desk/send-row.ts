/** The desk's requests to the graph, for a row and for the shown card. */
import type { Graph, GraphAnswer } from '@patron-graph/kit';
import {
  type CredentialPresented,
  DeskCardByNumberDocument,
  type DeskCardFragment,
  DeskCardInReaderDocument,
  DeskCheckInDocument,
  DeskCheckOutDocument,
  DeskLendHeldItemDocument,
  type DeskLendHeldItemMutation,
  type DeskQuotaFragment,
  DeskQuotaOfCardDocument,
} from '../operations.generated.ts';
import type { Outcome, Row } from './row.ts';

/**
 * Sends a row once. A row always sends the same input, so its operation is done only once, even if the row is sent
 * again.
 *
 * @param isReaderShown whether a reader is at the desk. The answer to a return then contains the quota of the patron
 * whose loan ended, because that patron may be this reader.
 */
export async function sendRow(
  graph: Graph,
  { reference, act, itemNumber }: Row,
  isReaderShown: boolean,
): Promise<GraphAnswer<Outcome | null>> {
  switch (act.kind) {
    case 'checkOut':
      return await checkOut(graph, {
        reference,
        credential: act.card,
        itemNumber,
        despiteCharges: act.despiteCharges,
      });
    case 'lendHeldItem':
      return await lendHeldItem(graph, { reference, itemNumber }, act);
    case 'checkIn':
      return await checkIn(graph, { reference, itemNumber, atBranch: act.atBranch }, isReaderShown);
    case 'none':
      throw new Error('there is nothing to send');
  }
}

async function checkOut(
  graph: Graph,
  input: {
    readonly reference: string;
    readonly credential: CredentialPresented;
    readonly itemNumber: string;
    readonly despiteCharges: true | undefined;
  },
): Promise<GraphAnswer<Outcome | null>> {
  const { data, missing } = await graph.ask(DeskCheckOutDocument, { input });
  if (data.checkOut === null) {
    return { data: null, missing };
  }
  const { operation, quota, patron, problems, hold } = data.checkOut;
  const isOnClosedCard = problems.some(({ code }) => code === 'HOLD_ON_CLOSED_CARD');
  const heldFor =
    isOnClosedCard && hold !== null && patron !== null ? { patronId: patron.id, holdId: hold.id } : null;
  return { data: { operation, row: { ...lentRow(data.checkOut), heldFor }, quota }, missing };
}

async function lendHeldItem(
  graph: Graph,
  { reference, itemNumber }: { readonly reference: string; readonly itemNumber: string },
  {
    patronId,
    holdId,
    despiteCharges,
  }: Pick<Extract<Row['act'], { kind: 'lendHeldItem' }>, 'patronId' | 'holdId' | 'despiteCharges'>,
): Promise<GraphAnswer<Outcome | null>> {
  const { data, missing } = await graph.ask(DeskLendHeldItemDocument, {
    input: { reference, reader: { patronId }, holdId, itemNumber, despiteCharges },
  });
  if (data.lendHeldItem === null) {
    return { data: null, missing };
  }
  const { operation, quota } = data.lendHeldItem;
  return { data: { operation, row: lentRow(data.lendHeldItem), quota }, missing };
}

const lentRow = ({
  operation,
  loan,
  problems,
}: NonNullable<DeskLendHeldItemMutation['lendHeldItem']>): Outcome['row'] => ({
  code: operation.code,
  title: loan?.item.title ?? null,
  loan,
  problems,
});

async function checkIn(
  graph: Graph,
  input: { readonly reference: string; readonly itemNumber: string; readonly atBranch: string | null },
  isReaderShown: boolean,
): Promise<GraphAnswer<Outcome | null>> {
  const { data, missing } = await graph.ask(DeskCheckInDocument, { input, isReaderShown });
  if (data.checkIn === null) {
    return { data: null, missing };
  }
  const { operation, item, destination, endedLoan, problems } = data.checkIn;
  const row = {
    code: operation.code,
    title: item?.title ?? null,
    returnedTo: destination,
    endedLoan,
    problems,
  };
  return { data: { operation, row, quota: endedLoan?.patron?.loanQuota ?? null }, missing };
}

/**
 * Reads the shown card. The data is null if the card doesn't exist, or if it could not be read (`missing`). It is also
 * null for a lost card in the card reader.
 * @throws GraphError
 */
export async function askForCard(
  graph: Graph,
  card: CredentialPresented,
): Promise<GraphAnswer<DeskCardFragment | null>> {
  if (card.smartId !== undefined) {
    const { data, missing } = await graph.ask(DeskCardInReaderDocument, { presented: card.smartId });
    return { data: data.smartId, missing };
  }
  const { data, missing } = await graph.ask(DeskCardByNumberDocument, { number: card.libraryCardNumber });
  return { data: data.credential, missing };
}

/** Reads the quota of the card's reader. Null if the answer lacks the quota. @throws GraphError */
export async function askForQuota(
  graph: Graph,
  libraryCardNumber: string,
): Promise<DeskQuotaFragment | null> {
  const { data } = await graph.ask(DeskQuotaOfCardDocument, { number: libraryCardNumber });
  return data.credential?.patron?.loanQuota ?? null;
}
