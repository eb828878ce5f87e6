import type { LiveHistory, LoggedChange } from '../../subscribers/followed-stream.ts';
import type { Violation } from '../violation.ts';

/**
 * The log has each fact of the run once, in one order without a gap: each state of an operation, the last one last, and
 * each of circulation's events.
 *
 * Example of a violation: an operation is DONE, and its last row in the log says UNSETTLED.
 */
export function incompleteLog({ log, operations, events }: Omit<LiveHistory, 'streams'>): Violation[] {
  return [...wrongNumbers(log), ...missingOperations(log, operations), ...missingEvents(log, events)].map(
    (detail) => ({ property: 'the log is whole', detail }),
  );
}

function wrongNumbers(log: readonly LoggedChange[]): readonly string[] {
  const unnumbered = log.filter(({ number }) => number === null).length;
  const numbers = log.flatMap(({ number }) => number ?? []);
  const gap = numbers.find((number, index) => number !== index + 1);
  return [
    ...(unnumbered === 0 ? [] : [`${unnumbered} rows have no number at the end`]),
    ...(gap === undefined ? [] : [`the numbers have a gap before ${gap}`]),
  ];
}

function missingOperations(
  log: readonly LoggedChange[],
  operations: LiveHistory['operations'],
): readonly string[] {
  const statesById = new Map<string, string[]>();
  for (const { operation } of log) {
    if (operation !== null) {
      statesById.set(operation.id, [...(statesById.get(operation.id) ?? []), operation.state]);
    }
  }
  return operations.flatMap(({ id, state }) => {
    const states = statesById.get(id) ?? [];
    const isWhole = states.at(-1) === state && states.every((one, index) => one !== states[index + 1]);
    return isWhole ? [] : [`operation ${id} is ${state}, and the log has: ${states.join(', ') || 'nothing'}`];
  });
}

function missingEvents(log: readonly LoggedChange[], events: LiveHistory['events']): readonly string[] {
  const kindsByFact = Map.groupBy(
    log.filter(({ fact }) => fact !== null),
    ({ fact }) => fact ?? '',
  );
  return events.flatMap(({ fact, kind }) => {
    const kinds = kindsByFact.get(fact)?.map((change) => change.kind) ?? [];
    return kinds.length === 1 && kinds[0] === kind
      ? []
      : [`the event ${fact} is ${kind}, and the log has: ${kinds.join(', ') || 'nothing'}`];
  });
}
