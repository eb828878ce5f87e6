import { type AskGraph, readSection } from './read-section.ts';
import { type Section, sections, type Texts } from './sections.ts';

const title: Texts = { en: 'All that the library knows about you', 'zh-Hant': '圖書館所存有關你的全部資料' };
const about: Texts = {
  en: 'Each section has the names of its fields in both languages, and its entries as the systems have them. What could not be read now is under "missing": ask for the file again later. What belongs to another record of yours, which was merged into this one, is only named there: ask staff for it. The library does not keep this file.',
  'zh-Hant':
    '每一部分均附有兩種語言的欄位名稱，以及各系統所存的資料。暫時未能讀取的資料列於 "missing"：請稍後再次下載。已併入此紀錄的其他紀錄只在該處列出名稱：請向職員索取其資料。圖書館不會保存此檔案。',
};

/** A part of the reader's data that could not be read. */
interface Missing {
  readonly section: string;
  readonly field: string | null;
  readonly reason: string;
}

/**
 * Yields the text of the file, a JSON object, in pieces of at most one entry. A part that can't be read is named in its
 * section and at the end of the file. A file that was cut off is not valid JSON, so nobody mistakes it for the whole file
 * (decision 50).
 *
 * @example
 * // {"title":{…},"about":{…},"madeAt":"…","sections":[
 * // {"name":"loans","title":{…},"labels":{…},"entries":[{…},{…}],"missing":[]}],
 * // "missing":[],"isComplete":true}
 */
export async function* writeFile(
  madeAt: string,
  ask: AskGraph,
  isOver: () => boolean,
): AsyncGenerator<string> {
  const missing: Missing[] = [];
  const head = JSON.stringify({ title, about, madeAt });
  yield `${head.slice(0, -1)},"sections":[`;
  for (const [index, section] of sections.entries()) {
    yield index === 0 ? '\n' : ',\n';
    yield* writeSection(section, readSection(section, ask, isOver), missing);
  }
  yield `],\n"missing":${JSON.stringify(missing)},"isComplete":${missing.length === 0}}\n`;
}

async function* writeSection(
  { name, title: sectionTitle, labels }: Section,
  parts: ReturnType<typeof readSection>,
  missing: Missing[],
): AsyncGenerator<string> {
  const start = missing.length;
  const head = JSON.stringify({ name, title: sectionTitle, labels });
  yield `${head.slice(0, -1)},"entries":[`;
  let isFirst = true;
  for await (const part of parts) {
    for (const one of part.missing) {
      missing.push({ section: name, ...one });
    }
    for (const entry of part.entries) {
      yield `${isFirst ? '' : ','}\n${JSON.stringify(entry)}`;
      isFirst = false;
    }
  }
  const own = missing.slice(start).map(({ field, reason }) => ({ field, reason }));
  yield `],"missing":${JSON.stringify(own)}}`;
}
