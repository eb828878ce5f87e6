import { z } from 'zod';
import type { Localized } from '../library/language.ts';
import type { Caller } from '../runtime/caller.ts';

/** What is wrong with an operation. Each subgraph narrows `code` to the problem codes of its schema. */
export interface Problem {
  readonly code: string;
  /** In every language, because a later reader of the operation may use another one. Quotes no value of the input (R30). */
  readonly message: Localized;
  /** A path in the input; null where no single field is wrong. */
  readonly field: readonly string[] | null;
}

/** One text: operations that were refused before there was a second language have only the English one. */
const englishOnly = z.string().transform((text): Localized => ({ en: text, 'zh-Hant': text }));

/** A problem as the journal stores it, so that any subgraph can tell another's problem. */
export const storedProblem = z.object({
  code: z.string(),
  message: z.object({ en: z.string(), 'zh-Hant': z.string() }).or(englishOnly),
  field: z.array(z.string()).readonly().nullable(),
});

/** Resolvers of each type that implements `Problem`: the message is told in the language of the caller. */
export const problemResolvers = {
  message: ({ message }: Problem, _args: unknown, { caller }: { readonly caller: Caller }): string =>
    message[caller.language],
};
