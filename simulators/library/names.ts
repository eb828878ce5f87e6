import type { Random } from './random.ts';

/** Surnames and syllables of given names. Each is romanised in PRS's form and followed by its Chinese character. */
const SURNAMES = pairs(
  'CHAN陳 LEE李 WONG黃 CHEUNG張 LAU劉 LAM林 HO何 NG吳 LEUNG梁 CHENG鄭 KWOK郭 TSANG曾 YIP葉 TANG鄧 CHOW周 FUNG馮 ' +
    'SO蘇 TSE謝 MA馬 LUI呂 TAM譚 YEUNG楊 HUI許 SIU蕭 LO羅 KWAN關 POON潘 MOK莫 YU余 AU歐 TO杜 FAN范',
);
const SYLLABLES = pairs(
  'TAI大 MAN文 SIU小 MING明 KA嘉 YAN欣 WAI偉 LOK樂 YIU瑤 HOI凱 CHING晴 CHUN俊 HEI熙 YUK玉 LAN蘭 FUNG峰 KWOK國 WAH華 MEI美 ' +
    'LING玲 CHI志 KEUNG強 SUM心 YEE怡 HIN軒 WING永 TSZ子 KIT傑 PUI佩 SHAN珊 HONG康 YIN賢 FAI輝 LAI麗 SZE詩 KAM錦',
);

interface Syllable {
  readonly english: string;
  readonly chinese: string;
}

function pairs(text: string): readonly Syllable[] {
  return text.split(' ').map((pair) => ({ english: pair.slice(0, -1), chinese: pair.slice(-1) }));
}

/** Makes a name such as `CHAN, TAI MAN` and `陳大文`. One name in ten has no Chinese form in the registry. */
export function personName(random: Random): { readonly english: string; readonly chinese: string | null } {
  const surname = random.pick(SURNAMES);
  const first = random.pick(SYLLABLES);
  const second = random.pick(SYLLABLES);
  return {
    english: `${surname.english}, ${first.english} ${second.english}`,
    chinese: random.chance(0.1) ? null : surname.chinese + first.chinese + second.chinese,
  };
}

const QUALITIES = (
  'Silent Distant Hidden Golden Broken Crystal Forgotten Restless Gentle Burning Frozen Secret Wandering Endless ' +
  'Shattered Scarlet Hollow Winter Summer Midnight Paper Iron Silver Borrowed Unwritten Northern Southern Patient ' +
  'Crooked Luminous'
).split(' ');
const THINGS = (
  'River Harbour Garden Lantern Mountain Mirror Library Island Orchard Bridge Tower Voyage Letter Season Kingdom ' +
  'Market Shadow Teahouse Typhoon Ferry Peak Almanac Alphabet Compass Clockmaker Cartographer Temple Staircase ' +
  'Monsoon Dialect'
).split(' ');
const SUBJECTS = (
  'a History|a Novel|Collected Poems|Essays|an Introduction|Short Stories|a Field Guide|Memoirs|for Beginners|' +
  'a Companion|Letters|the Illustrated Edition'
).split('|');
const CHINESE_QUALITIES =
  '寂靜 遙遠 隱秘 金色 破碎 遺忘 溫柔 燃燒 冰封 流浪 無盡 深紅 冬日 夏夜 午夜 紙上 北方 南方'.split(' ');
const CHINESE_THINGS =
  '河流 海港 花園 燈籠 高山 鏡子 書房 小島 果園 石橋 高塔 航程 書信 王國 市集 茶樓 颱風 渡輪'.split(' ');
const CHINESE_SUBJECTS = '小說集 散文選 詩集 史話 入門 圖鑑 回憶錄 書簡 論集 故事'.split(' ');

/**
 * Returns the title of a work. Every fifth title is Chinese. From position 10,800 on, English titles repeat as further
 * volumes. From position 16,200 on, Chinese titles do so, too.
 */
export function workTitle(position: number): string {
  return position % 5 === 0
    ? combined(Math.floor(position / 5), CHINESE_QUALITIES, CHINESE_THINGS, CHINESE_SUBJECTS, {
        join: (quality, thing, subject) => `${quality}的${thing}：${subject}`,
        volume: (title, number) => `${title}（${number}）`,
      })
    : combined(position, QUALITIES, THINGS, SUBJECTS, {
        join: (quality, thing, subject) => `${quality} ${thing}: ${subject}`,
        volume: (title, number) => `${title}, volume ${number}`,
      });
}

interface TitleForm {
  readonly join: (quality: string, thing: string, subject: string) => string;
  readonly volume: (title: string, number: number) => string;
}

/**
 * Returns the title at a position. Successive positions go through all combinations of a quality, a thing and a
 * subject. The quality changes at each position.
 */
function combined(
  position: number,
  qualities: readonly string[],
  things: readonly string[],
  subjects: readonly string[],
  { join, volume }: TitleForm,
): string {
  const at = (list: readonly string[], index: number): string => list[index % list.length] ?? '';
  const byThing = Math.floor(position / qualities.length);
  const bySubject = Math.floor(byThing / things.length);
  const title = join(at(qualities, position), at(things, byThing), at(subjects, bySubject));
  const round = Math.floor(bySubject / subjects.length);
  return round === 0 ? title : volume(title, round + 1);
}
