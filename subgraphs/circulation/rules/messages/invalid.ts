import type { Localized } from '../../../library/language.ts';
import { maxReason, maxRenewedTogether } from '../limits.ts';

/** Messages for `INVALID` that name what is wrong in a certain field of the input. */
export const invalidTexts = {
  reason: {
    en: `A reason is missing, or has more than ${maxReason} characters: say why this finding is closed.`,
    'zh-Hant': `未有填寫原因，或原因多於 ${maxReason} 個字元：請說明結案的原因。`,
  },
  loanIds: {
    en: `No loan is chosen, or more than ${maxRenewedTogether}: choose fewer, and renew the others afterwards.`,
    'zh-Hant': `未有選擇借閱，或選擇多於 ${maxRenewedTogether} 項：請減少選擇，其餘稍後再續借。`,
  },
} as const satisfies Readonly<Record<string, Localized>>;

const byField: Readonly<Record<string, Localized>> = invalidTexts;

/** The message of `INVALID` for this field. Undefined if the field has no message of its own. */
export const invalidTextOf = (field: readonly string[] | undefined): Localized | undefined =>
  byField[field?.join('.') ?? ''];
