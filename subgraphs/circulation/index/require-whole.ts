import type { IndexProgress, StageProgress } from '../../../store/index/port.ts';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { LocalizedError } from '../../library/errors/localized-error.ts';
import type { Localized } from '../../library/language.ts';

/**
 * If the index is older than this, in ms, it is behind circulation. Lists then still show its rows, but their `asOf`
 * gives INDEX_BEHIND.
 */
const behindAfterMs = 300_000;

/**
 * Returns `progress` if staff's lists are open: they have everything that was changed within 90 days.
 * @throws GraphQLError INDEX_NOT_READY with a message about the progress
 */
export function requireOpen(progress: IndexProgress): IndexProgress {
  if (!progress.isOpen) {
    const share = progressText(progress.underWay);
    if (progress.isReadAgain) {
      throw notReady({
        en: `The database was interrupted, and the list must be read again: ${share.en}.`,
        'zh-Hant': `資料庫曾經中斷，清單須重新讀取：${share['zh-Hant']}。`,
      });
    }
    throw notReady({
      en: `The list of what is out and what waits is being built: ${share.en}.`,
      'zh-Hant': `借閱及預約的清單正在整理：${share['zh-Hant']}。`,
    });
  }
  return progress;
}

/**
 * Returns `progress` if the index contains the cards of all patrons. Counts require this, because a number can't show
 * that something is missing from it (R26).
 * @throws GraphQLError INDEX_NOT_READY with a message about the progress
 */
export function requireWhole(progress: IndexProgress): IndexProgress {
  if (!requireOpen(progress).isWhole) {
    const share = progressText(progress.underWay);
    throw notReady({
      en: `What nobody touched for 90 days is still being read: ${share.en}.`,
      'zh-Hant': `九十日內沒有變動的紀錄仍在讀取：${share['zh-Hant']}。`,
    });
  }
  return progress;
}

/** The time up to which the index has everything, by this process's clock. Null before the first event is applied. */
export const shownAsOf = ({ ageMs }: IndexProgress, now: Date): Date | null =>
  ageMs === null ? null : new Date(now.getTime() - ageMs);

/**
 * The time up to which the index has everything.
 * @throws GraphQLError INDEX_BEHIND if that is more than five minutes ago, or not known
 */
export function requireRecent(progress: IndexProgress, now: Date): Date {
  const asOf = shownAsOf(progress, now);
  if (asOf === null || now.getTime() - asOf.getTime() > behindAfterMs) {
    throw behind(errorTexts.INDEX_LATE);
  }
  return asOf;
}

/** What the index reads in each stage, for the message about its progress. */
const readIn: Readonly<Record<StageProgress['stage'], Localized>> = {
  EVENTS: { en: 'events', 'zh-Hant': '事件' },
  CARDS: { en: 'cards', 'zh-Hant': '證' },
  PATRONS: { en: 'patrons', 'zh-Hant': '讀者' },
};

/**
 * The share that has been read in this stage, in percent. Anybody who may see due dates may see this message. Absolute
 * numbers would tell them how many patrons and cards the library has.
 */
function progressText(underWay: StageProgress | null): Localized {
  if (underWay === null) {
    return { en: 'it has not begun yet', 'zh-Hant': '尚未開始' };
  }
  const { stage, done, total } = underWay;
  const percent = total === null || total === 0 ? 0 : Math.floor((done / total) * 100);
  const what = readIn[stage];
  return {
    en: `${percent} % of the ${what.en} are read`,
    'zh-Hant': `已讀取 ${percent}% 的${what['zh-Hant']}`,
  };
}

export function notReady(texts: Localized): LocalizedError {
  return new LocalizedError(texts, { extensions: { code: 'INDEX_NOT_READY' } });
}

export function behind(texts: Localized): LocalizedError {
  return new LocalizedError(texts, { extensions: { code: 'INDEX_BEHIND' } });
}
