import { z } from 'zod';
import type { Localized } from '../library/language.ts';
import { type Message, textFor } from '../library/message.ts';
import { addresseeOf, type Caller } from '../runtime/caller.ts';

/** A problem of an operation. Each subgraph narrows `code` to the problem codes of its schema. */
export interface Problem {
  readonly code: string;
  /**
   * The text for each addressee in every language, because staff may look up a reader's operation in another language.
   * It quotes no value of the input (R30).
   */
  readonly message: Message;
  /** A path in the input; null if no single field is wrong. */
  readonly field: readonly string[] | null;
}

/** The message of `SYSTEM_UNAVAILABLE` for an operation that has changed nothing. */
export const unavailableText: Localized = {
  en: "A system of the library can't be reached, and nothing was done: try again in a moment.",
  'zh-Hant': '圖書館系統暫時未能連接，手續未有辦理：請稍後再試。',
};

const localized = z.object({ en: z.string(), 'zh-Hant': z.string() });
const message = localized.extend({ station: localized.exactOptional(), staff: localized.exactOptional() });
/** A message with only an English text. Stored before there was a second language. */
const englishOnly = z.string().transform((text): Message => ({ en: text, 'zh-Hant': text }));

/** A problem in the form that the journal stores. So any subgraph can show another subgraph's problem. */
export const storedProblem = z.object({
  code: z.string(),
  message: message.or(englishOnly),
  field: z.array(z.string()).readonly().nullable(),
});

/**
 * Resolvers of each type that implements `Problem`. The message is for the caller, and in their language. `reason` is
 * the code, as a value of the type's own enum.
 */
export const problemResolvers = {
  reason: ({ code }: Problem): string => code,
  message: ({ message }: Problem, _args: unknown, { caller }: { readonly caller: Caller }): string =>
    textFor(message, addresseeOf(caller))[caller.language],
};

/**
 * Resolvers for the problem type of each operation's type in `types`. For `CheckOutOperation`, it is `CheckOutProblem`.
 */
export function problemTypesOf(types: object): Readonly<Record<string, typeof problemResolvers>> {
  const operations = Object.keys(types).filter((name) => name.endsWith('Operation') && name !== 'Operation');
  return Object.fromEntries(
    operations.map((name) => [name.replace(/Operation$/, 'Problem'), problemResolvers]),
  );
}
