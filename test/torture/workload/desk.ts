import * as circ from '../../../adapters/circulation/contract.generated.ts';
import { createSoapClient } from '../../../adapters/soap/client.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { DEFAULT_CREDENTIALS } from '../../../simulators/index.ts';
import type { Random } from '../random.ts';
import type { LegacyRecords } from '../system/legacy-records.ts';
import type { PatronGroup } from './patron-groups.ts';

/** A desk that calls circulation directly and without a reference, as older machines do. */
export interface Desk extends AsyncDisposable {
  /** Makes one check-out, check-in or hold, or blocks a card for a while. Ignores a refusal or a failure. */
  act(group: PatronGroup): Promise<void>;
  /** Makes a check-out as another installation of the program does, with a reference of its form. Rejects on failure. */
  lendForeign(group: PatronGroup, reference: string): Promise<void>;
}

/** `blockShare` is the share of blocks among the desk's actions. */
export async function openDesk(records: LegacyRecords, random: Random, blockShare: number): Promise<Desk> {
  const client = createSoapClient<circ.Operations>({
    system: 'circulation',
    contract: circ.contract,
    url: records.systems.circ.url,
    reads: ['Login'],
    reasonOf: () => null,
  });
  const { signal } = new AbortController();
  const blocked: string[] = [];
  const act = async (group: PatronGroup): Promise<void> => {
    const patronId = random.pick(group.patronIds);
    const [loan] = records.loansOf(patronId);
    const { cardNo } = random.pick(records.cardsOf(patronId));
    const { user, password } = DEFAULT_CREDENTIALS.circ;
    const { SID } = await client.call('Login', { User: user, Password: password }, signal);
    const drawn = random.next();
    const unblocked = blocked.pop();
    if (unblocked !== undefined) {
      await client.ask('UnblockCard', { SID, CardNo: unblocked, Ref: '' }, signal);
    }
    if (random.chance(blockShare)) {
      blocked.push(cardNo);
      await client.ask('BlockCard', { SID, CardNo: cardNo, Ref: '' }, signal);
    } else if (drawn < 0.45) {
      const free = group.itemNumbers.filter((number) => records.item(number)?.state === 'A');
      if (free.length === 0) {
        return;
      }
      await client.ask('CheckOut', { SID, CardNo: cardNo, ItemNo: random.pick(free), Ref: '' }, signal);
    } else if (drawn < 0.9) {
      if (loan !== undefined) {
        await client.ask('CheckIn', { SID, ItemNo: loan.itemNo, Ref: '' }, signal);
      }
    } else {
      const hold = { CardNo: cardNo, BibNo: random.pick(group.titleNumbers), PickupBranch: 'STCL' };
      await client.ask('PlaceHold', { SID, ...hold, Ref: '' }, signal);
    }
  };
  return {
    act: (group) => act(group).catch(ignoreFailure),
    async lendForeign({ patronIds, itemNumbers }, Ref) {
      const { user, password } = DEFAULT_CREDENTIALS.circ;
      const { SID } = await client.call('Login', { User: user, Password: password }, signal);
      const ItemNo = itemNumbers.find((number) => records.item(number)?.state === 'A') ?? '';
      const [card] = records.cardsOf(random.pick(patronIds)).filter(({ status }) => status === 'ACT');
      await client.ask('CheckOut', { SID, CardNo: card?.cardNo ?? '', ItemNo, Ref }, signal);
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
    },
  };
}

/** Desks meet the same faults as operations. Circulation's records show what the desks did. */
function ignoreFailure(error: unknown): void {
  if (!(error instanceof UpstreamError)) {
    throw error;
  }
}
