/**
 * Every message in both profiles and both character sets, byte for byte. `transcripts/` has the terminal's messages
 * (`>`) and the answers (`<`). The client was written for the tests, and rejects answers that break the protocol. It
 * checks the checksums and sequence numbers, which the transcripts leave out. Pseudonyms are masked. So are due dates,
 * because the simulators count them from today.
 */
import { expect, test } from 'vitest';
import * as messages from '../../support/sip2/messages.ts';
import type { TestTerminal } from '../../support/sip2/terminal.ts';
import { sip2ForTests } from './running-sip2.ts';

const { sip2 } = sip2ForTests();

/** Two cards of one patron, who has five loans. */
const card = '21852000000033';
const pin = '1234';
/** A library card without loans or holds. */
const otherCard = '21852000000082';
const item = '31852000000494';
const unknownCard = '21852000009992';
const unknownItem = '31852000099990';

const mask = (text: string): string =>
  text
    .replaceAll(/\|XP[\w-]{43}\|/g, '|XP(pseudonym)|')
    .replaceAll(/\|AH\d{8} {4}235959\|/g, '|AH(due)|')
    .replaceAll(/(\|AG[^|]* - )[\d-]{10}\|/g, '$1(due)|');

async function transcriptOf(terminal: TestTerminal, texts: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const text of texts) {
    const response = await terminal.send(text);
    lines.push(`> ${text}`, `< ${mask(response.text)}`);
  }
  return `${lines.join('\n')}\n`;
}

test('a self-service station', async () => {
  await using station = await sip2.connect('station');
  const at = (seconds: number) => `20261124    1200${String(seconds).padStart(2, '0')}`;
  const transcript = await transcriptOf(station, [
    messages.scStatus(),
    messages.patronStatus({ patron: card }),
    messages.patronStatus({ patron: card, pin }),
    messages.patronStatus({ patron: card, pin: '9999' }),
    messages.patronStatus({ patron: unknownCard }),
    messages.patronInformation({ patron: card }),
    messages.patronInformation({ patron: card, pin, summary: messages.summaries.charged }),
    messages.patronInformation({ patron: card, pin, summary: messages.summaries.overdue }),
    messages.patronInformation({ patron: card, pin, summary: messages.summaries.holds }),
    messages.patronInformation({
      patron: card,
      pin,
      summary: messages.summaries.charged,
      more: { BP: '2', BQ: '3' },
    }),
    messages.patronInformation({ patron: card, language: '019' }),
    messages.itemInformation(item),
    messages.itemInformation(unknownItem),
    messages.checkOut({ patron: card, item, date: at(1) }),
    messages.checkOut({ patron: card, item, date: at(2) }),
    messages.checkOut({ patron: otherCard, item, date: at(3) }),
    messages.checkOut({ patron: unknownCard, item, date: at(4) }),
    messages.renew({ patron: card, item, date: at(5) }),
    messages.renew({ patron: card, item, pin, date: at(6) }),
    messages.renewAll({ patron: card, date: at(7) }),
    messages.renewAll({ patron: card, pin, date: at(8) }),
    messages.hold({ mode: '+', patron: otherCard, pin, item, date: at(9) }),
    messages.hold({ mode: '+', patron: otherCard, pin, item, pickup: 'HKCL', date: at(10) }),
    messages.patronInformation({
      patron: otherCard,
      pin,
      summary: messages.summaries.unavailableHolds,
    }),
    messages.hold({ mode: '*', patron: otherCard, pin, item, pickup: 'HKCL', date: at(11) }),
    messages.hold({ mode: '-', patron: otherCard, pin, item, date: at(12) }),
    messages.hold({ mode: '-', patron: otherCard, pin, item, date: at(13) }),
    messages.checkIn({ item, date: at(14) }),
    messages.checkIn({ item, date: at(15) }),
    messages.patronEnable({ patron: card, pin }),
    messages.endSession({ patron: card }),
    messages.blockPatron({ patron: card }),
    messages.feePaid({ patron: card }),
    messages.itemStatusUpdate(item),
  ]);
  await expect(transcript).toMatchFileSnapshot('transcripts/station.txt');
});

test('a self-service station in Big5-HKSCS, whose characters can have the byte of a delimiter', async () => {
  await using station = await sip2.connect('big5');
  const transcript = await transcriptOf(station, [
    messages.scStatus(),
    messages.patronStatus({ patron: '21852000000066' }),
    // 育 is A8 7C in Big5-HKSCS, and 7C alone is the delimiter.
    messages.endSession({ patron: '體育' }),
    messages.itemInformation(item),
    messages.checkOut({ patron: unknownCard, item }),
    messages.patronInformation({ patron: card, language: '000' }),
  ]);
  await expect(transcript).toMatchFileSnapshot('transcripts/station-big5.txt');
});

test('an e-book service', async () => {
  await using service = await sip2.connect('ebooks');
  const transcript = await transcriptOf(service, [
    messages.scStatus(),
    messages.patronStatus({ patron: card, pin }),
    messages.patronInformation({ patron: card, pin }),
    messages.patronInformation({ patron: card, pin, summary: messages.summaries.charged }),
    messages.patronInformation({ patron: card }),
    messages.patronInformation({ patron: card, pin: '9999' }),
    messages.patronInformation({ patron: unknownCard, pin }),
    messages.patronInformation({ patron: unknownCard, pin, language: '019' }),
    messages.itemInformation(item),
    messages.endSession({ patron: card }),
    messages.checkOut({ patron: card, item }),
    messages.checkIn({ item }),
    messages.renew({ patron: card, item, pin }),
    messages.renewAll({ patron: card, pin }),
    messages.hold({ mode: '+', patron: card, pin, item, pickup: 'HKCL' }),
    messages.patronEnable({ patron: card, pin }),
    messages.blockPatron({ patron: card }),
    messages.feePaid({ patron: card }),
    messages.itemStatusUpdate(item),
  ]);
  await expect(transcript).toMatchFileSnapshot('transcripts/e-book-service.txt');
});
