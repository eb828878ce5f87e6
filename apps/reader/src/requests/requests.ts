/**
 * What the reader has asked for in this tab, by reference: so that they see what became of it, also after they have gone elsewhere.
 * References are random; only the reader who made one can ask for it.
 */
import type { SettledPayload, TypedDocumentNode } from '@patron-graph/kit';
import { type Act, useAct, useSession } from '@patron-graph/ui';
import { useEffect } from 'react';

const storedAs = 'my-requests';
const maxKept = 50;

/** By what the reader asks for it, and by what staff do. */
export interface AskedFor {
  readonly reference: string;
  readonly code: string;
}

interface Stored {
  readonly patronId: string;
  /** The latest first. */
  readonly requests: readonly AskedFor[];
}

export function requestsOf(patronId: string): readonly AskedFor[] {
  const text = sessionStorage.getItem(storedAs);
  const stored = text === null ? null : (JSON.parse(text) as Stored);
  return stored?.patronId === patronId ? stored.requests : [];
}

function remember(patronId: string, request: AskedFor): void {
  const others = requestsOf(patronId).filter(({ reference }) => reference !== request.reference);
  const stored: Stored = { patronId, requests: [request, ...others].slice(0, maxKept) };
  sessionStorage.setItem(storedAs, JSON.stringify(stored));
}

interface WithReference {
  readonly input: { readonly reference: string };
}
interface RequestPayload extends SettledPayload {
  readonly operation: SettledPayload['operation'] & AskedFor;
}

/** As `useAct`; and what is asked for is remembered. */
export function useRequest<Data, Variables extends WithReference, Payload extends RequestPayload>(
  document: TypedDocumentNode<Data, Variables>,
  payloadOf: (data: Data) => Payload | null | undefined,
  onDone?: (payload: Payload) => void,
): Act<Variables, Payload> {
  const act = useAct(document, payloadOf, onDone);
  const { patronId } = useSession();
  const { reference, code } = act.payload?.operation ?? {};
  useEffect(() => {
    if (reference !== undefined && code !== undefined && patronId !== null) {
      remember(patronId, { reference, code });
    }
  }, [reference, code, patronId]);
  return act;
}
