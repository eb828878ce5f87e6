import type { NoticeKind } from './notices.ts';

/** The languages of notices to readers, as BCP 47 tags. */
export type NoticeLanguage = 'en' | 'zh-Hant';

export interface NoticePreferences {
  /** Null if the reader chose none. */
  readonly language: NoticeLanguage | null;
  /**
   * The kinds that the reader has switched off, in the order of their names. Kinds that can't be switched off may be
   * among them, and are still sent.
   */
  readonly switchedOff: readonly NoticeKind[];
}

/** A change of preferences. Kinds in neither list don't change. A kind in both lists is switched off. */
export interface NoticePreferencesChange {
  /** Null keeps the language. */
  readonly language: NoticeLanguage | null;
  readonly switchOn: readonly NoticeKind[];
  readonly switchOff: readonly NoticeKind[];
}

/**
 * Readers' choices about notices. Everything is encrypted, and kept until it is changed or the patron is erased. The
 * methods reject like the methods of `Journal`.
 */
export interface ReaderPreferences {
  /**
   * The preferences of each patron. A patron who never chose any has the defaults. Same order and length as `patronIds`
   * (0 to 500).
   */
  noticePreferences(patronIds: readonly string[]): Promise<readonly NoticePreferences[]>;
  /**
   * Changes the patron's preferences, and resolves to the new preferences. Concurrent changes of other kinds are kept.
   * The effect is durable, and repeating a call has no further effect.
   */
  changeNoticePreferences(patronId: string, change: NoticePreferencesChange): Promise<NoticePreferences>;
}
