import { setTimeout as sleep } from 'node:timers/promises';
import { createCirculation } from '../../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../../adapters/credentials/soap.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { daysAfter } from '../../../simulators/hong-kong-time.ts';
import { DEFAULT_CREDENTIALS } from '../../../simulators/index.ts';
import type { CardRow } from '../../../simulators/store.ts';
import type { Random } from '../random.ts';
import type { Books } from '../system/legacy-records.ts';
import type { Cast } from './patron-groups.ts';

/** Who replaces cards while they are borrowed on. */
export interface Registrar extends AsyncDisposable {
  /**
   * Replaces a library card by one with a new number (R19), or a lost smart identity card by one with a newer date of issue
   * (R18); circulation is told of it.
   */
  replaceCard(cast: Cast): Promise<void>;
  /** The patron's library card in use, if there is one. */
  replaceLibraryCard(patronId: string): Promise<void>;
}

/** Milliseconds until what failed is asked for again. */
const againMs = 200;
/** Times; then a card stays half replaced, which happens, too. */
const most = 20;

export async function openRegistrar(books: Books, random: Random): Promise<Registrar> {
  const { cms, circ } = DEFAULT_CREDENTIALS;
  await using resources = new AsyncDisposableStack();
  const cards = resources.use(await createCardManagement({ url: books.systems.cms.url, ...cms }));
  const circulation = resources.use(await createCirculation({ url: books.systems.circ.url, ...circ }));
  const { signal } = new AbortController();
  const replaceLibraryCard = async ({ cardNo }: CardRow, reference: string) => {
    const replaced = await untilDone(() => cards.replaceCard(reference, cardNo, null, signal));
    if (replaced === null || 'refused' in replaced) {
      return;
    }
    const { libraryCardNumber } = replaced.credential;
    await untilDone(() => circulation.registerCard(libraryCardNumber, reference, signal));
    await untilDone(() => circulation.blockCard(cardNo, reference, signal));
  };
  const replaceSmartCard = async ({ cardNo, dateOfIssue }: CardRow, reference: string) => {
    const newer = daysAfter(dateOfIssue ?? '', 1);
    await untilDone(() => cards.reportLoss(`${reference}-loss`, cardNo, 'CONTINUE', signal));
    await untilDone(() => circulation.blockCard(cardNo, reference, signal));
    await untilDone(() => cards.replaceCard(reference, cardNo, newer, signal));
    await untilDone(() => circulation.unblockCard(cardNo, reference, signal));
  };
  let count = 0;
  const replace = async (card: CardRow | undefined) => {
    if (card === undefined) {
      return;
    }
    count += 1;
    await (card.type === 'LC' ? replaceLibraryCard : replaceSmartCard)(card, `replacement-${count}`);
  };
  const inUse = (patronId: string) => books.cardsOf(patronId).filter(({ status }) => status === 'ACT');
  const running = resources.move();
  return {
    async replaceCard(cast) {
      const cardsInUse = inUse(random.pick(cast.patronIds));
      if (cardsInUse.length > 0) {
        await replace(random.pick(cardsInUse));
      }
    },
    replaceLibraryCard: (patronId) => replace(inUse(patronId).find(({ type }) => type === 'LC')),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Each of these may be asked for again; null where that was no use. */
async function untilDone<T>(ask: () => Promise<T>): Promise<T | null> {
  for (let time = 1; time <= most; time += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof UpstreamError)) {
        throw error;
      }
      await sleep(againMs);
    }
  }
  return null;
}
