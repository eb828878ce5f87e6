import iconv from 'iconv-lite';
import type { JWTPayload } from 'jose';
import type { SimulatorUrls } from '../lending/simulators/main.ts';
import { type ActName, pageLength } from './acts.ts';
import * as call from './envelopes.ts';
import { type Reply, type Row, readReply } from './rows.ts';
import { openSystems } from './send.ts';

/** Answers the request of a caller with `data`. */
type Answer<Variables> = (claims: JWTPayload, variables: Variables) => Promise<object>;

interface LendingInput {
  readonly input: {
    readonly reference: string;
    readonly credential: { readonly libraryCardNumber: string };
    readonly itemNumber: string;
  };
}

type Answers = Readonly<{
  [Name in ActName]: Answer<
    Name extends 'main query'
      ? object
      : Name extends 'page of twenty'
        ? { after: string | null }
        : LendingInput
  >;
}>;

/** R9. */
const maxLoans = 10;
/** The most cards of a call. */
const maxCards = 10;
const patronStatuses: Row = { A: 'ACTIVE', S: 'SUSPENDED', C: 'CLOSED' };
const cardStatuses: Row = { ACT: 'ACTIVE', LST: 'LOST', CAN: 'DISCONTINUED', SUR: 'SURRENDERED' };
const itemStates: Row = { A: 'AVAILABLE', O: 'ON_LOAN', H: 'ON_HOLD_SHELF', M: 'MISSING' };

/** The acts by hand. Opens a session with circulation. */
export async function openHandWritten(urls: SimulatorUrls): Promise<Answers> {
  const send = openSystems(urls);
  const ask = async (asked: call.Call, rowName: string): Promise<Reply> => {
    const { body } = await send(asked);
    const bytes = Buffer.from(await body.arrayBuffer());
    const xml = asked.system === 'circ' ? iconv.decode(bytes, 'big5-hkscs') : bytes.toString();
    const reply = readReply(xml, rowName);
    if ((reply.fields.RC ?? '0') !== '0') {
      throw new Error(`circulation answered ${reply.fields.RC}`);
    }
    return reply;
  };
  const { fields } = await ask(call.login(), '');
  const { SID: session = '' } = fields;

  const cardsOf = async (patronIds: readonly string[]) =>
    inOrder((await ask(call.getCardsByPatron(patronIds), 'card')).rows);
  const loansOf = async (cards: readonly Row[]) => {
    const numbers = cards.map(({ cardNo = '' }) => cardNo);
    const chunks = Array.from({ length: Math.ceil(numbers.length / maxCards) }, (_, index) =>
      numbers.slice(index * maxCards, (index + 1) * maxCards),
    );
    const replies = await Promise.all(chunks.map((chunk) => ask(call.getLoans(session, chunk), 'Loan')));
    return replies.flatMap(({ rows }) => rows);
  };

  return {
    async 'main query'({ patron_id: id }) {
      const patronId = String(id);
      const [{ rows: patrons }, cards] = await Promise.all([
        ask(call.getPatrons([patronId]), 'PATRON'),
        cardsOf([patronId]),
      ]);
      const [patron = {}] = patrons;
      const loans = (await loansOf(cards)).sort((one, other) => (dueOrder(one) < dueOrder(other) ? -1 : 1));
      return {
        me: {
          name: nameOf(patron),
          status: patronStatuses[patron.STATUS ?? ''],
          libraryCardNumber: preferredOf(cards),
          credentials: cards.map(credentialOf),
          loanQuota: { limit: maxLoans, ...quotaOf(loans.length) },
          loans: {
            edges: loans.slice(0, 10).map(({ Title, DueOn = '' }) => ({
              node: { item: { title: Title }, dueOn: dayOf(DueOn) },
            })),
          },
        },
      };
    },

    async 'page of twenty'(claims, { after }) {
      requireScope(claims, 'patrons:read');
      const last =
        after === null ? null : Buffer.from(after, 'base64url').toString().slice('patrons:'.length);
      const { rows, fields: page } = await ask(call.searchPatrons(last, pageLength + 1), 'PATRON');
      const patrons = rows.slice(0, pageLength);
      const cards = await cardsOf(patrons.map(({ PATRON_NO = '' }) => PATRON_NO));
      const loans = await loansOf(cards);
      const cardsByPatron = Map.groupBy(cards, ({ patronNo }) => patronNo);
      const loansByCard = Map.groupBy(loans, ({ CardNo }) => CardNo);
      const node = (patron: Row) => {
        const own = cardsByPatron.get(patron.PATRON_NO) ?? [];
        const used = own.reduce((sum, { cardNo }) => sum + (loansByCard.get(cardNo)?.length ?? 0), 0);
        return {
          id: patron.PATRON_NO,
          name: nameOf(patron),
          status: patronStatuses[patron.STATUS ?? ''],
          credentials: own.map(credentialOf),
          loanQuota: quotaOf(used),
        };
      };
      return {
        patrons: {
          totalCount: Number(page.TOTAL),
          pageInfo: { hasNextPage: rows.length > pageLength },
          edges: patrons.map((patron) => ({ node: node(patron) })),
        },
      };
    },

    async 'check-out'(claims, { input: { reference, credential, itemNumber } }) {
      requireScope(claims, 'circulation:write');
      const { libraryCardNumber: number } = credential;
      const [shown] = (await ask(call.getCardsByNumber([number]), 'card')).rows;
      const [{ rows: patrons }, cards] = await Promise.all([
        ask(call.getPatrons([shown?.patronNo ?? '']), 'PATRON'),
        cardsOf([shown?.patronNo ?? '']),
      ]);
      const used = (await loansOf(cards)).length;
      if (shown?.status !== 'ACT' || patrons[0]?.STATUS !== 'A' || used >= maxLoans) {
        throw new Error('refused');
      }
      const { rows } = await ask(call.checkOut(session, number, itemNumber, reference), 'Loan');
      const [{ DueOn = '', Renewals, Title } = {}] = rows;
      return {
        checkOut: {
          operation: { state: 'DONE' },
          loan: { dueOn: dayOf(DueOn), renewals: Number(Renewals), item: { title: Title } },
          quota: quotaOf(used + 1),
          problems: [],
        },
      };
    },

    async 'check-in'(claims, { input: { reference, itemNumber } }) {
      requireScope(claims, 'circulation:write');
      await ask(call.checkIn(session, itemNumber, reference), 'Loan');
      const [item = {}] = (await ask(call.getItems(session, [itemNumber]), 'Item')).rows;
      return {
        checkIn: {
          operation: { state: 'DONE' },
          item: { title: item.Title, state: itemStates[item.State ?? ''] },
          problems: [],
        },
      };
    },
  };
}

function requireScope({ scope }: JWTPayload, wanted: string): void {
  if (typeof scope !== 'string' || !scope.split(' ').includes(wanted)) {
    throw new Error('forbidden');
  }
}

const nameOf = ({ ENG_NAME, CHI_NAME }: Row) => ({ english: ENG_NAME, chinese: CHI_NAME || null });
const credentialOf = ({ cardNo, status = '' }: Row) => ({
  libraryCardNumber: cardNo,
  status: cardStatuses[status],
});
const quotaOf = (used: number) => ({ used, remaining: Math.max(0, maxLoans - used) });

/** `20261215` becomes `2026-12-15`. */
const dayOf = (compact: string): string =>
  `${compact.slice(0, 4)}-${compact.slice(4, 6)}-${compact.slice(6)}`;
/** `15/12/2026` becomes `2026/12/15`, so that days can be compared as texts. */
const comparableDay = (day: string): string => day.split('/').reverse().join('/');

const dueOrder = ({ DueOn, OutAt, LoanNo }: Row): string => `${DueOn} ${OutAt} ${LoanNo}`;

/** Cards in use first, and the newest of each group first. */
function inOrder(cards: readonly Row[]): Row[] {
  const order = ({ status, issuedOn = '', cardNo }: Row) =>
    `${status === 'ACT' ? 1 : 0} ${comparableDay(issuedOn)} ${cardNo}`;
  return cards.toSorted((one, other) => (order(one) < order(other) ? 1 : -1));
}

/** A library card is preferred to a smart identity card, and then the newest card (R10). */
function preferredOf(cards: readonly Row[]): string | null {
  const inUse = cards.filter(({ status }) => status === 'ACT');
  return (inUse.find(({ type }) => type === 'LC') ?? inUse[0])?.cardNo ?? null;
}
