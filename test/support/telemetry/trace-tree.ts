import type { ReceivedSpan } from './otlp-receiver.ts';

/**
 * The names of the spans below `parentSpanId`, one on each line, indented by depth. Siblings are sorted by name,
 * because some begin at the same time.
 */
export function treeOf(spans: readonly ReceivedSpan[], parentSpanId: string | null, depth = 0): string[] {
  return spans
    .filter((span) => span.parentSpanId === parentSpanId)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((span) => [`${'  '.repeat(depth)}${span.name}`, ...treeOf(spans, span.spanId, depth + 1)]);
}
