import type * as circ from '../../../adapters/circulation/contract.generated.ts';
import { createSoapClient, type SoapClient } from '../../../adapters/soap/client.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { DEFAULT_CREDENTIALS } from '../../../simulators/index.ts';
import type { Random } from '../random.ts';
import type { Books } from '../system/legacy-records.ts';
import type { Cast } from './patron-groups.ts';

/** A desk that works with circulation directly, card by card and without a reference, as older machines do. */
export interface Desk extends AsyncDisposable {
  /** One loan, one return or one reservation. What is refused, or fails, is none. */
  act(cast: Cast): Promise<void>;
}

export async function openDesk(books: Books, random: Random): Promise<Desk> {
  const client = await createSoapClient<circ.Operations>({
    system: 'circulation',
    wsdl: new URL('../../../adapters/circulation/circulation.wsdl', import.meta.url),
    url: books.systems.circ.url,
    reads: ['Login'],
    reasonOf: () => null,
  });
  const { signal } = new AbortController();
  const act = async (cast: Cast): Promise<void> => {
    const patronId = random.pick(cast.patronIds);
    const [loan] = books.loansOf(patronId);
    const { cardNo } = random.pick(books.cardsOf(patronId));
    const { user, password } = DEFAULT_CREDENTIALS.circ;
    const { SID } = await client.call('Login', { User: user, Password: password }, signal);
    const drawn = random.next();
    if (drawn < 0.45) {
      const free = cast.itemNumbers.filter((number) => books.item(number)?.state === 'A');
      if (free.length === 0) {
        return;
      }
      await client.ask('CheckOut', { SID, CardNo: cardNo, ItemNo: random.pick(free), Ref: '' }, signal);
    } else if (drawn < 0.9) {
      if (loan !== undefined) {
        await client.ask('CheckIn', { SID, ItemNo: loan.itemNo, Ref: '' }, signal);
      }
    } else {
      const hold = { CardNo: cardNo, BibNo: random.pick(cast.titleNumbers), PickupBranch: 'STCL' };
      await client.ask('PlaceHold', { SID, ...hold, Ref: '' }, signal);
    }
  };
  return { act: (cast) => act(cast).catch(unreached), [Symbol.asyncDispose]: () => closed(client) };
}

/** Desks meet the faults that we meet, and what they did stands in the books. */
function unreached(error: unknown): void {
  if (!(error instanceof UpstreamError)) {
    throw error;
  }
}

const closed = (client: SoapClient<circ.Operations>): PromiseLike<void> => client[Symbol.asyncDispose]();
