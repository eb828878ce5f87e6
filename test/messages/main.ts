/** Prints all messages as one table, so that somebody can read them once for each addressee: `npm run messages`. */
import { texts as signInTexts } from '../../edge/sign-in/pages/texts.ts';
import { screenMessages } from '../../edge/sip2/screen-messages.ts';
import { switchOffTexts } from '../../edge/web/switch-off/page.ts';
import { denialTexts } from '../../gateway/access/guards.ts';
import { chineseTexts } from '../../gateway/http/language.ts';
import type { Localized } from '../../subgraphs/library/language.ts';
import { allMessages } from './all-messages.ts';

/** The texts that no subgraph sends, with the people whom they address. */
const ofEdges: readonly [table: string, to: string, texts: Readonly<Record<string, Localized>>][] = [
  ['SIP2', 'station', screenMessages],
  ['sign-in', 'reader', signInTexts],
  ['switching off notices', 'reader', switchOffTexts],
  ['gateway, denials', 'everyone', denialTexts],
];

const rows = [
  ...allMessages.map(({ table, code, to, text }) => [
    table,
    code,
    to.length === 3 ? 'everyone' : to.join(', '),
    text.en,
    text['zh-Hant'],
  ]),
  ...ofEdges.flatMap(([table, to, texts]) =>
    Object.entries(texts).map(([code, text]) => [table, code, to, text.en, text['zh-Hant']]),
  ),
  // The gateway has no table of its English messages, because each message is written where its error occurs.
  ...[...chineseTexts].map(([code, chinese]) => ['gateway', String(code), 'everyone', '…', chinese]),
];
const lines = [['table', 'code', 'to', 'English', '繁體中文'], ['---', '---', '---', '---', '---'], ...rows];
process.stdout.write(lines.map((cells) => `| ${cells.join(' | ')} |\n`).join(''));
