import { Button, Field, Form, useGraph, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { applicationTexts, queueTexts } from '../texts.ts';
import type { Decision } from './decisions.ts';
import { DecisionsProgress } from './decisions-progress.tsx';
import { type Batch, batchesOf, maxRejectedTogether, rejectBatches } from './reject-batches.ts';

/** As the graph takes it, in UTF-16 units. */
const maxReasonLength = 500;

/** Rejects the chosen applications for one reason, with an outcome for each: in one operation, or in several where they are many. */
export function RejectSeveral({
  ids,
  onStart,
  onClose,
}: {
  readonly ids: readonly string[];
  /** Called before the first ones are sent. */
  readonly onStart: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useTexts(queueTexts);
  const { reason: label, reasonHint, reasonMissing, reject } = useTexts(applicationTexts);
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const rejection = useRejection(ids);
  if (rejection.decisions !== null) {
    return <Rejected rejection={rejection} onClose={onClose} />;
  }
  return (
    <Form
      onSubmit={() => {
        setMissing(reason.trim() === '');
        if (reason.trim() !== '') {
          onStart();
          rejection.start(reason.trim());
        }
      }}
    >
      <p className="number">{ids.join(', ')}</p>
      {ids.length > maxRejectedTogether && (
        <p>{texts.inBatches(maxRejectedTogether, Math.ceil(ids.length / maxRejectedTogether))}</p>
      )}
      <Field
        label={label}
        hint={reasonHint}
        error={isMissing ? reasonMissing : undefined}
        maxLength={maxReasonLength}
        value={reason}
        onChange={setReason}
      />
      <div className="actions">
        <Button type="submit" kind="danger">
          {reject}
        </Button>
        <Button onClick={onClose}>{texts.close}</Button>
      </div>
    </Form>
  );
}

interface Rejection {
  /** By application; null before it began. */
  readonly decisions: ReadonlyMap<string, Decision> | null;
  /** Of the operations that are recorded. */
  readonly codes: readonly string[];
  /** Whether there are batches without an answer, and nothing is under way. */
  readonly mayBeRepeated: boolean;
  start(reason: string): void;
  /** Sends the batches without an answer again: each is done once. */
  repeat(): void;
}

function useRejection(ids: readonly string[]): Rejection {
  const graph = useGraph();
  const [decisions, setDecisions] = useState<ReadonlyMap<string, Decision> | null>(null);
  const [codes, setCodes] = useState<ReadonlyMap<string, string>>(new Map());
  const [unanswered, setUnanswered] = useState<readonly Batch[]>([]);
  const [reason, setReason] = useState('');
  const [isBusy, setBusy] = useState(false);
  const stop = useRef(new AbortController());
  useEffect(() => {
    stop.current = new AbortController();
    return () => stop.current.abort();
  }, []);
  const run = async (batches: readonly Batch[], why: string) => {
    const { signal } = stop.current;
    const failed = new Set<Batch>();
    setBusy(true);
    setUnanswered([]);
    await rejectBatches(
      graph,
      batches,
      why,
      (batch, decided, code) => {
        if (signal.aborted) {
          return;
        }
        setDecisions((before) => new Map([...(before ?? []), ...decided]));
        if (code !== null) {
          setCodes((before) => new Map(before).set(batch.reference, code));
        }
        if (decided.some(([, { state }]) => state === 'failed')) {
          failed.add(batch);
        }
      },
      signal,
    );
    if (!signal.aborted) {
      setUnanswered([...failed]);
      setBusy(false);
    }
  };
  return {
    decisions,
    codes: [...codes.values()],
    mayBeRepeated: unanswered.length > 0 && !isBusy,
    start(why) {
      setReason(why);
      setDecisions(new Map(ids.map((id) => [id, { state: 'waiting', problems: [] }])));
      void run(batchesOf(ids), why);
    },
    repeat: () =>
      void run(
        unanswered.map((batch) => ({ ...batch, isSentAgain: true })),
        reason,
      ),
  };
}

function Rejected({
  rejection: { decisions, codes, mayBeRepeated, repeat },
  onClose,
}: {
  readonly rejection: Rejection;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useTexts(queueTexts);
  return (
    <>
      <DecisionsProgress decisions={decisions ?? new Map()} />
      {codes.length > 0 && (
        <p>
          {texts.codes}: <code>{codes.join(', ')}</code>
        </p>
      )}
      <div className="actions">
        {mayBeRepeated && <Button onClick={repeat}>{texts.sendAgain}</Button>}
        <Button kind="primary" onClick={onClose}>
          {texts.close}
        </Button>
      </div>
    </>
  );
}
