import type { CredentialState } from '../../../../adapters/credentials/port.ts';
import type { Localized } from '../../../library/language.ts';

type Texts = Readonly<Record<string, Localized>>;

/**
 * The second part of a message: what to do if the state of a card does not allow the change. It completes a sentence of
 * {@link stateTexts}.
 */
export const insteadTexts = {
  NOTHING_TO_END: { en: 'there is nothing left to end.', 'zh-Hant': '無須再終止。' },
  INFORMATION_CARD_IN_USE: {
    en: 'the number on an information card must be in use.',
    'zh-Hant': '資料卡上的號碼必須為使用中的號碼。',
  },
  ONLY_LOSS_OF_CARD_IN_USE: {
    en: 'only the loss of a card in use is reported.',
    'zh-Hant': '只有使用中的證才須報失。',
  },
  PIN_FOR_CARD_IN_USE: {
    en: 'a PIN can be set only for a card in use.',
    'zh-Hant': '只有使用中的證才可設定密碼。',
  },
  REPORT_LOSS_FIRST: { en: 'report its loss first.', 'zh-Hant': '請先報失。' },
  APPLY_FOR_LIBRARY_CARD: { en: 'apply for a library card.', 'zh-Hant': '請申請圖書證。' },
} as const satisfies Texts;

/** The first part of a `WRONG_STATE` message. */
export const stateTexts: Readonly<Record<CredentialState, Localized>> = {
  ACTIVE: { en: 'The card is in use', 'zh-Hant': '此證仍在使用中' },
  LOST: { en: 'The card is reported lost', 'zh-Hant': '此證已經報失' },
  SURRENDERED: { en: 'The card was surrendered', 'zh-Hant': '此證已經交還' },
  CLOSED: { en: 'The card has ended', 'zh-Hant': '此證已經終止' },
};

/** The messages of `WRONG_STATE` that are not about a card's state. */
export const wrongStateTexts = {
  APPLICATION_DECIDED: {
    en: 'The application was decided or withdrawn already: look at its current status.',
    'zh-Hant': '此項申請已有決定或已撤回：請查閱現時狀況。',
  },
  LIFT_BEFORE_MERGING: {
    en: 'This record is suspended, and the one that stays is not: lift the suspension, or suspend the other record, too.',
    'zh-Hant': '此紀錄已被暫停使用，而保留的紀錄沒有：請先解除暫停，或同時暫停另一份紀錄。',
  },
  CHANGED_MEANWHILE: {
    en: 'This was changed elsewhere in the meantime: look at its current state.',
    'zh-Hant': '資料其間已在別處更改：請查閱現時狀況。',
  },
} as const satisfies Texts;
