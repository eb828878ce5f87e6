/**
 * What the reader has asked for in this tab, by reference: so that they see what became of it, also after they have gone elsewhere.
 * References are random; only the reader who made one can ask for it.
 */
import type { SettledPayload, TypedDocumentNode } from '@patron-graph/kit';
import { type Mutation, useMutation, useSession } from '@patron-graph/ui';
import { useEffect, useRef } from 'react';

const storedAs = 'my-requests';
const maxKept = 50;

/** By what the reader asks for it, and by what staff do: null while no answer has told it. */
export interface AskedFor {
  readonly reference: string;
  readonly code: string | null;
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

const store = (patronId: string, requests: readonly AskedFor[]): void => {
  const stored: Stored = { patronId, requests: requests.slice(0, maxKept) };
  sessionStorage.setItem(storedAs, JSON.stringify(stored));
};

/** Adds it, or its code where it is there. */
export function remember(patronId: string, { reference, code }: AskedFor): void {
  const known = requestsOf(patronId);
  const isKnown = known.some((request) => request.reference === reference);
  const withCode = (request: AskedFor): AskedFor =>
    request.reference === reference ? { reference, code: code ?? request.code } : request;
  store(patronId, isKnown ? known.map(withCode) : [{ reference, code }, ...known]);
}

/** At signing out. */
export const forgetRequests = (): void => sessionStorage.removeItem(storedAs);

const forget = (patronId: string, reference: string): void =>
  store(
    patronId,
    requestsOf(patronId).filter((request) => request.reference !== reference),
  );

interface WithReference {
  readonly input: { readonly reference: string };
}
interface RequestPayload extends SettledPayload {
  readonly operation: SettledPayload['operation'] & { readonly reference: string; readonly code: string };
}

/** As `useMutation`; and what is asked for is remembered from when it is sent, unless it is rejected. */
export function useRequest<Data, Variables extends WithReference, Payload extends RequestPayload>(
  document: TypedDocumentNode<Data, Variables>,
  payloadOf: (data: Data) => Payload | null | undefined,
  onDone?: (payload: Payload) => void,
): Mutation<Variables, Payload> {
  const { patronId } = useSession();
  const sent = useRef<string | null>(null);
  const act = useMutation(document, payloadOf, onDone, ({ input: { reference } }) => {
    sent.current = reference;
    if (patronId !== null) {
      remember(patronId, { reference, code: null });
    }
  });
  const { reference, code } = act.payload?.operation ?? {};
  const isRejected = act.error?.isRejected ?? false;
  useEffect(() => {
    if (patronId === null) {
      return;
    }
    if (reference !== undefined && code !== undefined) {
      remember(patronId, { reference, code });
    } else if (isRejected && sent.current !== null) {
      forget(patronId, sent.current);
    }
  }, [reference, code, isRejected, patronId]);
  return act;
}
