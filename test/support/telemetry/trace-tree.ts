import type { ReceivedSpan } from './otlp-receiver.ts';

/** The spans below `parentSpanId`, one line each, indented by depth, siblings by name: some begin at once. */
export function treeOf(spans: readonly ReceivedSpan[], parentSpanId: string | null, depth = 0): string[] {
  return spans
    .filter((span) => span.parentSpanId === parentSpanId)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((span) => [`${'  '.repeat(depth)}${span.name}`, ...treeOf(spans, span.spanId, depth + 1)]);
}
