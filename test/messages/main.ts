/** Prints all messages as one table, so that somebody can read them once for each addressee: `npm run messages`. */
import { allMessages } from './all-messages.ts';

const rows = allMessages.map(({ table, code, to, text }) => [
  table,
  code,
  to.length === 3 ? 'everyone' : to.join(', '),
  text.en,
  text['zh-Hant'],
]);
const lines = [['table', 'code', 'to', 'English', '繁體中文'], ['---', '---', '---', '---', '---'], ...rows];
process.stdout.write(lines.map((cells) => `| ${cells.join(' | ')} |\n`).join(''));
