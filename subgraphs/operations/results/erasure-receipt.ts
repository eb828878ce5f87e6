/** The receipt of an erasure. *patrons* makes it, and *circulation* shows it, too, because it shows all operations. */
import { z } from 'zod';
import type { Operation } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import type { Localized } from '../../library/language.ts';
import type { Caller } from '../../runtime/caller.ts';
import { resultOf } from './payload.ts';

/** How many cards and applications the systems keep. */
export const keptCounts = z.object({ cards: z.number(), applications: z.number() });

const erasureResult = z.object({ kept: keptCounts });

/** Records that a system keeps after an erasure, because it has no call to erase them. */
interface KeptRecords {
  readonly system: 'PATRON_REGISTRY' | 'CARD_MANAGEMENT' | 'CIRCULATION';
  readonly records: number;
  readonly description: Localized;
}

const descriptions = {
  record: {
    en: 'The closed record: names, date of birth, identity documents, contact details, guarantor.',
    'zh-Hant': '已關閉的讀者紀錄：姓名、出生日期、身份證明文件、聯絡資料及擔保人。',
  },
  cards: {
    en: 'Cards with their numbers, states and dates; of a smart identity card also the identity number.',
    'zh-Hant': '讀者證的號碼、狀態及日期；智能身份證另有身份證號碼。',
  },
  applications: {
    en: 'Applications, with everything that was filled in.',
    'zh-Hant': '申請及所填寫的全部資料。',
  },
  usedCards: {
    en: 'Cards, and for 90 days what was done with them.',
    'zh-Hant': '讀者證，以及最近 90 日的使用紀錄。',
  },
} as const satisfies Readonly<Record<string, Localized>>;

/**
 * The SDL's `ErasureReceipt`, with an entry for each kind of record that the systems still keep. Null unless the
 * erasure is done.
 */
export function erasureReceipt(operation: Operation) {
  const result = resultOf(operation, erasureResult);
  const { settledAt } = operation;
  if (result === null || settledAt === null) {
    return null;
  }
  const { cards, applications } = result.kept;
  const kept: readonly KeptRecords[] = [
    { system: 'PATRON_REGISTRY', records: 1, description: descriptions.record },
    { system: 'CARD_MANAGEMENT', records: cards, description: descriptions.cards },
    { system: 'CARD_MANAGEMENT', records: applications, description: descriptions.applications },
    { system: 'CIRCULATION', records: cards, description: descriptions.usedCards },
  ];
  return { erasedAt: hongKongInstant(settledAt), kept: kept.filter(({ records }) => records > 0) };
}

/** Resolvers of the type `KeptRecords`. The description is in the caller's language. */
export const keptRecords = {
  description: (
    { description }: KeptRecords,
    _args: unknown,
    { caller }: { readonly caller: Caller },
  ): string => description[caller.language],
};
