import type { NoticeDelivery, NoticeLanguage } from '../../../store/journal/port.ts';
import type { Localized } from '../../library/language.ts';
import { detailsText, mailTexts, switchOffText } from './texts.ts';

export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The time of this attempt. */
  readonly sentAt: Date;
  /**
   * The message's id, with angle brackets. It is the same at every attempt, so that mail programs recognise a repeated
   * mail.
   */
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface MailOptions {
  readonly from: string;
  readonly to: string;
  readonly sentAt: Date;
  /** The language that the reader chose. Null if the reader chose none. Then the mail has both languages. */
  readonly language: NoticeLanguage | null;
  /** The origin of the readers' pages. */
  readonly origin: URL;
  /**
   * The encrypted text with which one click switches off notices of this kind. Null if this kind can't be switched off.
   */
  readonly sealedSwitchOff: string | null;
}

/**
 * The mail of a notice. It names no title, person or number. The reader signs in to see more.
 *
 * One click on the mail program's own button switches off notices of the kind (RFC 8058). A header requests that mail
 * programs send no automatic answer (RFC 3834).
 */
export function composeMail({ id, kind, madeAt }: NoticeDelivery, options: MailOptions): Mail {
  const { from, to, sentAt, language, origin, sealedSwitchOff } = options;
  const { subject, sentence } = mailTexts[kind];
  const switchOff = sealedSwitchOff === null ? null : switchOffUrl(origin, sealedSwitchOff);
  const paragraphs = [
    sentence,
    detailsText(dayTexts(madeAt), new URL('/my/', origin)),
    ...(switchOff === null ? [] : [switchOffText(switchOff)]),
  ];
  const textIn = (one: NoticeLanguage) => paragraphs.map((paragraph) => paragraph[one]).join('\n\n');
  return {
    from,
    to,
    subject: language === null ? `${subject['zh-Hant']} / ${subject.en}` : subject[language],
    text: `${language === null ? `${textIn('zh-Hant')}\n\n${textIn('en')}` : textIn(language)}\n`,
    sentAt,
    messageId: `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    headers: headersOf(language, switchOff),
  };
}

function headersOf(language: NoticeLanguage | null, switchOff: URL | null): Mail['headers'] {
  const headers = {
    'Auto-Submitted': 'auto-generated',
    'Content-Language': language ?? 'zh-Hant, en',
  };
  return switchOff === null
    ? headers
    : {
        ...headers,
        'List-Unsubscribe': `<${switchOff.href}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      };
}

/** `edge/web/switch-off/` serves this address. */
function switchOffUrl(origin: URL, sealed: string): URL {
  const url = new URL('/my/switch-off', origin);
  url.searchParams.set('link', sealed);
  return url;
}

const dayFormat = (locale: string) =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'Asia/Hong_Kong' });
const dayFormats = { en: dayFormat('en-HK'), 'zh-Hant': dayFormat('zh-HK') };

const dayTexts = (instant: Date): Localized => ({
  en: dayFormats.en.format(instant),
  'zh-Hant': dayFormats['zh-Hant'].format(instant),
});
