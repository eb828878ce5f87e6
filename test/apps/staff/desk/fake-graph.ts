/** A fake graph. The test answers each request about a copy. A search for a card finds nothing. */
import { type Graph, type GraphAnswer, GraphError } from '../../../../apps/kit/src/index.ts';

type State = 'DONE' | 'REFUSED' | 'UNSETTLED';

interface Input {
  readonly reference: string;
  readonly itemNumber: string;
  readonly credential?: { readonly libraryCardNumber: string };
}

interface Asked {
  readonly input: Input;
  readonly field: 'checkOut' | 'checkIn';
  readonly given: PromiseWithResolvers<GraphAnswer<unknown>>;
  isAnswered: boolean;
}

export function createFakeGraph() {
  const all: Asked[] = [];
  const ask = (_document: object, variables: { readonly input?: Input }): Promise<GraphAnswer<unknown>> => {
    const { input } = variables;
    if (input === undefined) {
      return Promise.resolve({ data: { credential: null }, missing: [] });
    }
    const field = input.credential === undefined ? 'checkIn' : 'checkOut';
    const asked: Asked = { input, field, given: Promise.withResolvers(), isAnswered: false };
    all.push(asked);
    return asked.given.promise;
  };
  const of = (itemNumber: string) => all.filter(({ input }) => input.itemNumber === itemNumber);
  const take = (itemNumber: string): Asked => {
    const asked = of(itemNumber).find(({ isAnswered }) => !isAnswered);
    if (asked === undefined) {
      throw new Error(`nobody waits for an answer about ${itemNumber}`);
    }
    asked.isAnswered = true;
    return asked;
  };
  return {
    graph: { ask } as unknown as Graph,
    /** The numbers of the copies, in the order of the requests. */
    sent: () => all.map(({ input }) => input.itemNumber),
    references: (itemNumber: string) => of(itemNumber).map(({ input }) => input.reference),
    cardsOf: (itemNumber: string) => of(itemNumber).map(({ input }) => input.credential?.libraryCardNumber),
    answer(itemNumber: string, state: State): void {
      const { field, given } = take(itemNumber);
      const operation = { code: '7K2M9QXR', state };
      const payload = {
        operation,
        loan: null,
        quota: null,
        patron: null,
        problems: [],
        hold: null,
        item: null,
        destination: null,
        endedLoan: null,
      };
      given.resolve({ data: { [field]: payload }, missing: [] });
    },
    /** Rejects the request with 401, so the page doesn't send it again. */
    fail(itemNumber: string): void {
      take(itemNumber).given.reject(new GraphError('the session is over', { status: 401 }));
    },
  };
}
