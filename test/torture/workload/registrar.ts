import { setTimeout as sleep } from 'node:timers/promises';
import { createCirculation } from '../../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../../adapters/credentials/soap.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { daysAfter } from '../../../simulators/hong-kong-time.ts';
import { DEFAULT_CREDENTIALS } from '../../../simulators/index.ts';
import type { CardRow } from '../../../simulators/tables/store.ts';
import type { Random } from '../random.ts';
import type { LegacyRecords } from '../system/legacy-records.ts';
import type { PatronGroup } from './patron-groups.ts';

/** Replaces cards while patrons borrow with them, as staff do in card management and circulation. */
export interface Registrar extends AsyncDisposable {
  /**
   * Replaces a library card by a card with a new number (R19), or a lost smart identity card by a card with a newer
   * date of issue (R18). Then registers or unblocks the card in circulation.
   */
  replaceCard(group: PatronGroup): Promise<void>;
  /** Resolves when the replacement that is in progress is over. */
  untilIdle(): Promise<void>;
  /** Replaces the patron's library card in use, if the patron has one. */
  replaceLibraryCard(patronId: string): Promise<void>;
}

/** The time until a failed call is repeated, in ms. */
const retryMs = 200;
/** After this number of tries, a card stays half replaced, as can happen in reality. */
const maxTries = 20;

export async function openRegistrar(records: LegacyRecords, random: Random): Promise<Registrar> {
  const { cms, circ } = DEFAULT_CREDENTIALS;
  await using resources = new AsyncDisposableStack();
  const cards = resources.use(createCardManagement({ url: records.systems.cms.url, ...cms }));
  const circulation = resources.use(createCirculation({ url: records.systems.circ.url, ...circ }));
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
  const inUse = (patronId: string) => records.cardsOf(patronId).filter(({ status }) => status === 'ACT');
  let replacing = Promise.resolve();
  const running = resources.move();
  return {
    async replaceCard(group) {
      const cardsInUse = inUse(random.pick(group.patronIds));
      if (cardsInUse.length > 0) {
        replacing = replace(random.pick(cardsInUse));
        await replacing;
      }
    },
    untilIdle: () => replacing,
    replaceLibraryCard: (patronId) => replace(inUse(patronId).find(({ type }) => type === 'LC')),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Repeats a call that is safe to repeat. Resolves to null if all tries failed. */
async function untilDone<T>(ask: () => Promise<T>): Promise<T | null> {
  for (let time = 1; time <= maxTries; time += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof UpstreamError)) {
        throw error;
      }
      await sleep(retryMs);
    }
  }
  return null;
}
