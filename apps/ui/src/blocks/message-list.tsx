import type { ReactNode } from 'react';

/** Messages of the graph as a list, without repetitions. */
export const MessageList = ({ messages }: { readonly messages: readonly string[] }): ReactNode => (
  <ul>
    {[...new Set(messages)].map((message) => (
      <li key={message}>{message}</li>
    ))}
  </ul>
);
