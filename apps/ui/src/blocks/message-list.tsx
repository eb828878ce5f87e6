import type { ReactNode } from 'react';

/** Messages of the graph as a list, without repetitions. A single message is a paragraph. */
export function MessageList({ messages }: { readonly messages: readonly string[] }): ReactNode {
  const own = [...new Set(messages)];
  return own.length === 1 ? (
    <p>{own[0]}</p>
  ) : (
    <ul>
      {own.map((message) => (
        <li key={message}>{message}</li>
      ))}
    </ul>
  );
}
