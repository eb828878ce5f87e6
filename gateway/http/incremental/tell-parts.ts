import type { GraphQLFormattedError } from 'graphql';
import type { Language } from '../../access/caller.ts';
import type { OperationReport } from '../../engine/operation-report.ts';
import type { FurtherPart, GraphQLResult } from '../../engine/request.ts';
import { inLanguage } from '../language.ts';

type Errors = readonly GraphQLFormattedError[];

interface PartsListener {
  /** Counts the parts. */
  readonly operation: OperationReport;
  readonly report: { addErrorsOf(result: { readonly errors: Errors }): void };
  readonly language: Language;
  /** Called once with the errors of all parts, after the last part or when the client has gone. */
  readonly onEnd: (errors: Errors) => void;
}

/**
 * Translates the gateway's own messages in the further parts to the caller's language. `initial` is translated already.
 * Each further part is reported before it is sent.
 */
export function tellParts(
  initial: GraphQLResult,
  further: AsyncIterable<FurtherPart>,
  listener: PartsListener,
): GraphQLResult {
  listener.operation.parts = 1;
  return { ...initial, further: told(further, [...(initial.errors ?? [])], listener) };
}

async function* told(
  further: AsyncIterable<FurtherPart>,
  allErrors: GraphQLFormattedError[],
  { operation, report, language, onEnd }: PartsListener,
): AsyncGenerator<FurtherPart, void> {
  try {
    for await (const part of further) {
      const translated = partInLanguage(part, language);
      const records = [...(translated.incremental ?? []), ...(translated.completed ?? [])];
      const errors = records.flatMap((record) => record.errors ?? []);
      for (const error of errors) {
        allErrors.push(error);
      }
      operation.parts += 1;
      report.addErrorsOf({ errors });
      yield translated;
    }
  } finally {
    onEnd(allErrors);
  }
}

function partInLanguage(part: FurtherPart, language: Language): FurtherPart {
  return {
    ...part,
    incremental: part.incremental?.map((each) => inLanguage(each, language)),
    completed: part.completed?.map((each) => inLanguage(each, language)),
  };
}
